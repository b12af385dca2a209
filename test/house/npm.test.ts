/** @file Finding npm, and what to say when it fails. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { explainNpmFailure } from "../../scripts/launch-lib.mjs";
import { findNpm } from "../../scripts/npm.mjs";

describe("explainNpmFailure", () => {
  test("quotes what matters of what npm said, and says what to do", () => {
    const output = [
      "npm error code ECONNREFUSED",
      "npm error FetchError: request failed, reason: connect ECONNREFUSED 127.0.0.1:9",
      "npm error     at ClientRequest.<anonymous> (index.js:130:14) {",
      "npm error   code: 'ECONNREFUSED',",
      "npm error }",
      "npm error",
      "npm error If you are behind a proxy, check the 'proxy' config.",
      "npm error A complete log of this run can be found in: /tmp/x.log",
      "",
    ].join("\n");
    expect(explainNpmFailure("installing the dependencies", { output, exitCode: 1 })).toBe(
      `installing the dependencies failed: npm ended with exit code 1. It said:
    npm error code ECONNREFUSED
    npm error FetchError: request failed, reason: connect ECONNREFUSED 127.0.0.1:9
    npm error If you are behind a proxy, check the 'proxy' config.
The package registry could not be reached. Check the network connection (or npm's proxy and registry settings) and run the same command again.`,
    );
  });

  test("quotes at most six lines", () => {
    const output = Array.from({ length: 9 }, (_, line) => `npm error line ${line}`).join("\n");
    const message = explainNpmFailure("installing the dependencies", { output, exitCode: 1 });
    expect(message).toContain("line 5\nMend");
  });

  test.each([
    ["EAI_AGAIN", "The package registry could not be reached."],
    ["SELF_SIGNED_CERT_IN_CHAIN", "The registry's certificate is not trusted."],
    ["code E401", "The registry refused access."],
    ["code E404", "The registry in use does not carry this package version."],
    ["ENOSPC: no space left on device", "The disk is full."],
    ["EACCES: permission denied", "A folder cannot be written."],
    ["EINTEGRITY", "What was downloaded is not what was expected."],
    ["code EUSAGE", "package.json and package-lock.json disagree."],
    ["something else", "Mend what npm reports and run the same command again."],
  ])("knows what mends %s", (output, advice) => {
    expect(explainNpmFailure("fetching Node 24.2.0", { output, exitCode: 1 })).toContain(`\n${advice}`);
  });

  test("says so if npm was killed without a word", () => {
    expect(explainNpmFailure("fetching Node 24.2.0", { output: "", exitCode: null })).toBe(
      "fetching Node 24.2.0 failed: npm was stopped. Mend what npm reports and run the same command again.",
    );
  });
});

describe("findNpm", () => {
  function folderWith(...paths: string[]): string {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "graft-npm-")));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const path of paths) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), "");
    }
    return folder;
  }
  const library = "node_modules/npm/bin/npm-cli.js";

  test("takes the npm that started us first, on the Node asked for", () => {
    const folder = folderWith("mine/npm-cli.js", `lib/${library}`);
    const env = { npm_execpath: join(folder, "mine/npm-cli.js") };
    expect(findNpm({ node: "/n/node", env, execPath: join(folder, "bin/node") })).toEqual([
      "/n/node",
      env.npm_execpath,
    ]);
  });

  test("passes over another package manager that started us", () => {
    const folder = folderWith("yarn.js", `lib/${library}`);
    const env = { npm_execpath: join(folder, "yarn.js") };
    expect(findNpm({ node: "node", env, execPath: join(folder, "bin/node") })).toEqual([
      "node",
      join(folder, "lib", library),
    ]);
  });

  test("finds it beside the running Node, as on Windows", () => {
    const folder = folderWith(library);
    expect(findNpm({ node: "node", env: {}, execPath: join(folder, "node.exe") })).toEqual([
      "node",
      join(folder, library),
    ]);
  });

  test("finds it on PATH", () => {
    const folder = folderWith(library);
    const env = { PATH: ["/nowhere", folder].join(delimiter) };
    expect(findNpm({ node: "node", env, execPath: "/nowhere/bin/node" })).toEqual(["node", join(folder, library)]);
  });

  test("says what to do if there is none", () => {
    expect(() => findNpm({ env: {}, execPath: "/nowhere/bin/node" })).toThrow(
      "npm: expected it on PATH, found none. Install Node.js together with npm and run the same command again.",
    );
  });
});
