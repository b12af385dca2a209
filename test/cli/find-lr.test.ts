/** @file `graft find-lr`: the test itself, its files, and what a user can get wrong. */

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { graft, temporaryFolder } from "./graft.ts";

/** Several child processes, each of which trains, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

const study = `
name: tiny
dataset: shapes10
target: [disc, heart]
source: [square, ring]
imagesPerClass: 20
sourceImagesPerClass: 20
strategies: [scratch, last-layer]
training: { epochs: 1, batchSize: 16, learningRate: 0.003 }
`;
const range = ["--threads", "1", "--from", "1e-4", "--to", "100", "--steps", "30"];

const { folder, remove } = temporaryFolder();
afterAll(remove);
writeFileSync(join(folder, "tiny.yaml"), study);

const run = (...args: string[]) => graft(args, { cwd: folder });
const read = (...path: string[]): string => readFileSync(join(folder, ...path), "utf8");

describe("graft find-lr", { timeout: PATIENCE_MS }, () => {
  test("tests the study's first strategy and leaves curve, figure and suggestion", async () => {
    const { exitCode, stdout, stderr } = await run("find-lr", "tiny.yaml", ...range);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const directory = join("runs", "tiny-find-lr");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(
      /^Tested From scratch \(scratch\) on 40 training images: from 0\.0001 to [\d.]+, where the loss /,
    );
    expect(lines[1]).toMatch(/^(Suggested learning rate: [\d.e-]+ \(a tenth of |No suggestion: )/);
    expect(lines.slice(2)).toEqual([
      "The study's own rate is 0.003.",
      `Curve and figure are in ${directory}: find-lr.csv, find-lr.json, find-lr.svg, find-lr.png.`,
    ]);
    expect(readdirSync(join(folder, directory)).sort()).toEqual([
      "find-lr.csv",
      "find-lr.json",
      "find-lr.png",
      "find-lr.svg",
    ]);
    const record = JSON.parse(read(directory, "find-lr.json"));
    expect(record).toMatchObject({ study: "tiny", strategy: "scratch", configured: 0.003, steps: 30, seed: 0 });
    const [header, ...rows] = read(directory, "find-lr.csv").trimEnd().split("\n");
    expect(header).toBe("step,learning_rate,loss,smoothed_loss");
    expect(rows.map((row) => row.split(",").map(Number))).toEqual(
      record.points.map((point: Record<string, number>) => Object.values(point)),
    );
    expect(rows[0]).toMatch(/^1,0\.0001,/);
    expect(read(directory, "find-lr.svg")).toContain(
      "Learning-rate range test of “From scratch”: study tiny on shapes10",
    );
  });

  test("trains the source first, or takes it out of a study, with the same result", async () => {
    const trained = await run("find-lr", "tiny.yaml", ...range, "--strategy", "last-layer", "--out", "fresh", "--json");
    expect({ exitCode: trained.exitCode, stderr: trained.stderr }).toEqual({ exitCode: 0, stderr: "" });
    const [notice, result, ...more] = trained.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(notice).toEqual({
      type: "notice",
      message: expect.stringMatching(/^Training source first, epoch 1\/1: train loss [\d.]+\.$/),
    });
    expect(result).toMatchObject({ type: "learning-rate", directory: "fresh", strategy: "last-layer" });
    expect(more).toEqual([]);
    expect((await run("run", "tiny.yaml", "--threads", "1", "--json", "--no-report")).exitCode).toBe(0);
    const args = ["--from-study", join("runs", "tiny"), ...range, "--strategy", "last-layer", "--out", "taken"];
    const taken = await run("find-lr", ...args);
    expect({ exitCode: taken.exitCode, stderr: taken.stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(taken.stdout).not.toContain("Training source");
    expect(read("taken", "find-lr.csv")).toBe(read("fresh", "find-lr.csv"));
    expect(readdirSync(join(folder, "runs")).sort()).toEqual(["tiny", "tiny-find-lr"]);
  });

  test("tests a strategy that the study does not have, and what that one starts from", async () => {
    const ended = await run(
      "find-lr",
      "tiny.yaml",
      ...range,
      "--strategy",
      "B2B",
      "--strategies",
      "last-layer",
      "--out",
      "joined",
      "--json",
    );
    expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode: 0, stderr: "" });
    const [notice, result] = ended.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(notice.message).toMatch(/^Training no transfer first, epoch 1\/1: /);
    expect(result).toMatchObject({ strategy: "B2B", study: "tiny", imagesPerClass: 20, seed: 0 });
  });
});

describe("bad input is one sentence, and nothing is written", () => {
  test.each([
    ["--from 0", '--from: expected a number above 0, got "0". Try --from 0.01.'],
    ["--to high", '--to: expected a number above 0, got "high". Try --to 0.01.'],
    ["--from 2 --to 1", "--to: expected a rate above --from, which is 2, got 1. Exchange them."],
    ["--steps 1", '--steps: expected a whole number from 2 to 100000, got "1". Try --steps 2.'],
    ["--threads 0", '--threads: expected a whole number from 1 to 1024, got "0". Try --threads 2.'],
    [
      "--data shapes10 --strategy scrach",
      '--strategy: expected one of scratch, last-layer, last-two-layers, full, nearest-mean, k-nearest, linear-probe, probe-then-full, gradual-unfreezing, discriminative, bitfit, norm-tuning, lora, l2-sp, first-block, unfrozen-last-layer, unfrozen-last-two-layers, last-<k>, from-<layer>, only-<pattern>, A<n>B, B<n>B, with + for fine-tuning, got "scrach". Did you mean "scratch"?',
    ],
    [
      "--from-study nothing",
      "nothing: expected the folder of a study, got one without study.json. Give the folder that graft run printed.",
    ],
    [
      "mine.yaml --from-study x --no-augment --images-per-class 5",
      "--from-study: expected no other study than that of the folder, got mine.yaml, --no-augment, --images-per-class as well. Leave one of them out.",
    ],
  ])("%s", async (options, message) => {
    const { folder: empty, remove: removeEmpty } = temporaryFolder();
    onTestFinished(removeEmpty);
    const ended = await graft(["find-lr", ...options.split(" ")], { cwd: empty });
    expect(ended).toEqual({ exitCode: 2, stdout: "", stderr: `graft: ${message}\n` });
    expect(readdirSync(empty)).toEqual([]);
  });
});
