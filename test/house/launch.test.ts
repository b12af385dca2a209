/** @file The launcher's decisions: which Node will do, whether to install, what to run, what to say when npm fails. */

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { satisfies } from "../../bin/engines.mjs";
import { withLock } from "../../scripts/install-lock.mjs";
import { explainNpmFailure, installStep, jobOf, manifestsFor, nodeBuilds, stampOf } from "../../scripts/launch-lib.mjs";

const engines: string = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).engines.node;

describe("satisfies", () => {
  test.each([
    ["18.20.8", false],
    ["20.19.0", false],
    ["22.17.1", false],
    ["22.18.0", true],
    ["22.23.3", true],
    ["23.11.0", false],
    ["24.0.0", false],
    ["24.1.9", false],
    ["24.2.0", true],
    ["26.10.0", true],
    ["24.2.0-nightly20250601", false],
  ])("our own range with Node %s: %s", (version, expected) => {
    expect(satisfies(version, engines)).toBe(expected);
  });

  test("reads every comparator, alone and together", () => {
    expect(satisfies("1.2.3", ">=1.2.3 <2")).toBe(true);
    expect(satisfies("2.0.0", ">=1.2.3 <2")).toBe(false);
    expect(satisfies("1.2.3", "> 1.2.2 <= 1.2.3")).toBe(true);
    expect(satisfies("1.2.3", "1.2.3")).toBe(true);
    expect(satisfies("v1.2.4", "=1.2.3")).toBe(false);
  });

  test("refuses a range it cannot read", () => {
    expect(() => satisfies("1.2.3", "~1.2")).toThrow('internal: cannot read the version comparator "~1.2".');
  });
});

describe("nodeBuilds", () => {
  test.each(Object.entries(nodeBuilds))("%s carries a Node that satisfies our own range", (_platform, build) => {
    expect(satisfies(build.version, engines)).toBe(true);
    expect(build.integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
  });

  test("is locked to its version and content", () => {
    const build = { name: "node-os-cpu", version: "24.2.0", integrity: "sha512-x", binary: "bin/node" };
    const { manifest, lock } = manifestsFor(build);
    expect(manifest.dependencies).toEqual({ "node-os-cpu": "24.2.0" });
    expect(lock.packages["node_modules/node-os-cpu"]).toEqual({ version: "24.2.0", integrity: "sha512-x" });
  });
});

describe("installStep", () => {
  const lockText = JSON.stringify({
    packages: {
      "": { name: "graft" },
      "node_modules/a": { version: "1.0.0" },
      "node_modules/other-system": { version: "2.0.0", optional: true },
    },
  });
  const recordText = JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } });
  const platform = "linux-x64";
  const stampText = stampOf(lockText, platform);

  test("does nothing if the stamp is for this lock file and platform", () => {
    expect(installStep({ lockText, platform, stampText, recordText })).toBe("nothing");
  });

  test("sees the same lock file through other line ends", () => {
    expect(stampOf("a\r\nb\r\n", platform)).toBe(stampOf("a\nb\n", platform));
  });

  test("starts from nothing by installing", () => {
    expect(installStep({ lockText, platform, stampText: undefined, recordText: undefined })).toBe("install");
  });

  test("keeps what npm installed by hand if it is all there", () => {
    expect(installStep({ lockText, platform, stampText: undefined, recordText })).toBe("stamp");
    expect(installStep({ lockText, platform, stampText: stampOf("older", platform), recordText })).toBe("stamp");
  });

  test("replaces an install with a package missing or of another version", () => {
    const older = recordText.replace("1.0.0", "0.9.0");
    expect(installStep({ lockText, platform, stampText: undefined, recordText: older })).toBe("install");
    expect(installStep({ lockText, platform, stampText: undefined, recordText: "{}" })).toBe("install");
  });

  test("does not keep what was installed for another platform", () => {
    const elsewhere = stampOf(lockText, "darwin-arm64");
    expect(installStep({ lockText, platform, stampText: elsewhere, recordText })).toBe("install");
  });
});

describe("jobOf", () => {
  test("start without arguments is the quick study", () => {
    const args = ["run", "--preset", "quick"];
    expect(jobOf(["start"])).toEqual({ program: "src/cli/main.ts", args, inRoot: false });
  });

  test("start hands its arguments on", () => {
    const args = ["run", "--preset", "classic"];
    expect(jobOf(["start", ...args])).toEqual({ program: "src/cli/main.ts", args, inRoot: false });
  });

  test("graft adds no arguments", () => {
    expect(jobOf(["graft"])).toEqual({ program: "src/cli/main.ts", args: [], inRoot: false });
  });

  test("the tests run once, with the arguments", () => {
    const program = "node_modules/vitest/vitest.mjs";
    expect(jobOf(["test", "src/core"])).toEqual({ program, args: ["run", "src/core"], inRoot: true });
  });

  test("run takes one script or more", () => {
    expect(jobOf(["run", "lint", "knip"])).toEqual({ scripts: ["lint", "knip"] });
  });

  const usage = "Use one of: start [arguments], graft [arguments], test [arguments], run <script>...";
  test.each([
    [[], `launch: expected a job, got none. ${usage}`],
    [["strat"], `launch: expected a job, got "strat". ${usage}`],
    [["run"], `run: expected the name of a script, got none. ${usage}`],
  ])("%j is refused", (commandLine, message) => {
    expect(() => jobOf(commandLine)).toThrow(message);
  });
});

describe("explainNpmFailure", () => {
  test("quotes npm's last lines and says what to do", () => {
    const output = [
      ...["one", "two", "three", "four", "five", "six"].map((line) => `npm error ${line}`),
      "npm error code ECONNREFUSED",
      "npm error A complete log of this run can be found in: /tmp/x.log",
      "",
    ].join("\n");
    expect(explainNpmFailure("installing the dependencies", { output, exitCode: 1 })).toBe(
      `installing the dependencies failed: npm ended with exit code 1. Its last lines:
    npm error two
    npm error three
    npm error four
    npm error five
    npm error six
    npm error code ECONNREFUSED
The package registry could not be reached. Check the network connection (or npm's proxy and registry settings) and run the same command again.`,
    );
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

describe("withLock", () => {
  function freshLockPath(): string {
    const folder = mkdtempSync(join(tmpdir(), "graft-lock-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return join(folder, "new", "install.lock");
  }

  test("lets one in at a time, and gives the lock back", async () => {
    const path = freshLockPath();
    let inside = 0;
    let most = 0;
    const waiting: number[] = [];
    const enter = (index: number) =>
      withLock(
        path,
        async () => {
          inside++;
          most = Math.max(most, inside);
          await sleep(20);
          inside--;
          return index;
        },
        { pollMs: 5, onWait: () => waiting.push(index) },
      );
    expect(await Promise.all([0, 1, 2, 3].map(enter))).toEqual([0, 1, 2, 3]);
    expect(most).toBe(1);
    expect(waiting).toHaveLength(3);
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });

  test("gives the lock back if the task fails", async () => {
    const path = freshLockPath();
    const failing = withLock(path, () => Promise.reject(new Error("no disk")));
    await expect(failing).rejects.toThrow("no disk");
    expect(await withLock(path, async () => "in")).toBe("in");
  });

  test.each([["with"], ["without"]])("takes over a lock left %s its owner's file", async (kind) => {
    const path = freshLockPath();
    mkdirSync(path, { recursive: true });
    const left = kind === "with" ? join(path, "owner") : path;
    if (kind === "with") writeFileSync(left, "1\n");
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(left, longAgo, longAgo);
    expect(await withLock(path, async () => readdirSync(path).length, { pollMs: 5, staleMs: 10_000 })).toBe(1);
  });

  test("keeps its lock fresh for as long as the task takes", async () => {
    const path = freshLockPath();
    const order: string[] = [];
    const first = withLock(path, () => sleep(300).then(() => order.push("first")), { staleMs: 100 });
    await sleep(20);
    const second = withLock(path, async () => order.push("second"), { staleMs: 100, pollMs: 5 });
    await Promise.all([first, second]);
    expect(order).toEqual(["first", "second"]);
  });
});
