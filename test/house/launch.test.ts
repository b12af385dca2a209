/** @file The launcher's decisions: which Node to fetch, whether to install, what to run. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { satisfies } from "../../bin/engines.mjs";
import { installStep, jobOf, manifestsFor, nodeBuilds, stampOf } from "../../scripts/launch-lib.mjs";

const engines: string = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).engines.node;

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
      "node_modules/a-here": { version: "1.0.0", optional: true, os: ["linux"], cpu: ["x64"], libc: ["glibc"] },
      "node_modules/a-musl": { version: "1.0.0", optional: true, os: ["linux"], cpu: ["x64"], libc: ["musl"] },
      "node_modules/a-there": { version: "1.0.0", optional: true, os: ["darwin"], cpu: ["x64"] },
      "node_modules/a-web": { version: "1.0.0", optional: true, cpu: ["wasm32"] },
      "node_modules/of-a-web": { version: "1.0.0", optional: true },
    },
  });
  const here = { "node_modules/a": { version: "1.0.0" }, "node_modules/a-here": { version: "1.0.0" } };
  const recordText = JSON.stringify({ packages: here });
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
    const withoutBinary = JSON.stringify({ packages: { "node_modules/a": { version: "1.0.0" } } });
    expect(installStep({ lockText, platform, stampText: undefined, recordText: withoutBinary })).toBe("install");
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
    const args = ["run", "--preset", "quick", "--fallback-data", "shapes10"];
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

  test("a program of this repository runs in its root, with the arguments", () => {
    expect(jobOf(["node", "bench/main.ts", "--device", "webgpu"])).toEqual({
      program: "bench/main.ts",
      args: ["--device", "webgpu"],
      inRoot: true,
    });
  });

  test("run takes one script or more", () => {
    expect(jobOf(["run", "lint", "knip"])).toEqual({ scripts: ["lint", "knip"] });
  });

  const usage =
    "Use one of: start [arguments], graft [arguments], test [arguments], node <program> [arguments], run <script>...";
  test.each([
    [[], `launch: expected a job, got none. ${usage}`],
    [["strat"], `launch: expected a job, got "strat". ${usage}`],
    [["node"], `node: expected a program, got none. ${usage}`],
    [["run"], `run: expected the name of a script, got none. ${usage}`],
  ])("%j is refused", (commandLine, message) => {
    expect(() => jobOf(commandLine)).toThrow(message);
  });
});
