/** @file Graft keeps to itself: offline no command looks up a name or connects, and none leaves a file in the home or temporary folder. */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { graftProgram } from "../support/graft-program.ts";
import { temporaryFolder } from "./graft.ts";

/** Child processes under a tracer, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

const canTrace = spawnSync("strace", ["-f", "--seccomp-bpf", "-o", "/dev/null", "true"]).status === 0;
const { folder, remove } = temporaryFolder();
afterAll(remove);

const study = `
dataset: shapes10
target: [disc, heart]
source: [square, ring]
architecture: mlp
strategies: [scratch, last-layer]
imagesPerClass: 4
sourceImagesPerClass: 4
training: { epochs: 1 }
`;

/** The calls of a command that reach for the network; its home, cache and temporary folder lie inside the folder. */
function networkCalls(args: readonly string[]): string[] {
  const log = join(folder, "trace.log");
  const env = { PATH: process.env["PATH"], HOME: join(folder, "home"), TMPDIR: join(folder, "tmp") };
  const tracer = ["-f", "--seccomp-bpf", "-o", log, "-e", "trace=%network"];
  execFileSync("strace", [...tracer, process.execPath, graftProgram, ...args], { cwd: folder, env, stdio: "pipe" });
  const calls = readFileSync(log, "utf8").split("\n");
  return calls.filter((call) => call.includes("AF_INET"));
}

describe.skipIf(!canTrace)("under strace (left out where strace is not installed or may not trace)", () => {
  const model = "study/runs/M2-scratch-seed0/model.onnx";

  beforeAll(async () => {
    for (const name of ["home", "tmp", "images/disc", "images/heart"])
      mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, "study.yaml"), study);
    const image = sharp({ create: { width: 32, height: 32, channels: 3, background: "teal" } });
    for (const name of ["disc", "heart"]) await image.png().toFile(join(folder, "images", name, "1.png"));
  });

  test.each([
    ["run", "study.yaml", "--offline", "--out", "study"],
    ["predict", model, "images/disc/1.png"],
    ["models", "info", model],
    ["report", "study"],
    ["data", "check", "images"],
  ])("graft %s", { timeout: PATIENCE_MS }, (...args) => {
    expect(networkCalls(args)).toEqual([]);
    const left = ["home", "tmp"].flatMap((name) =>
      readdirSync(join(folder, name), { recursive: true, encoding: "utf8" }),
    );
    expect(left.filter((path) => path !== ".cache" && !path.startsWith(join(".cache", "graft")))).toEqual([]);
  });
});
