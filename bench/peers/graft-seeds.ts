/**
 * @file Runs the classic study with one seed and with five, and tells what an extra seed of the frozen strategies
 * costs, in percent of the whole study with one seed (its source, its training from scratch, its frozen strategies).
 *
 * shapes10 has CIFAR-10's ten classes. Half of its training images are used, for all of the protocol's epochs: what is
 * done once for a run (features, compiling) then weighs at least as much as in the whole study.
 */

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type RunRecord, readSummary } from "../../src/study/index.ts";

const SEEDS = 5;
const STUDY = { name: "seeds", preset: "classic", dataset: "shapes10", imagesPerClass: 500, sourceImagesPerClass: 500 };
const graft = fileURLToPath(new URL("../../bin/graft.mjs", import.meta.url));

const { values } = parseArgs({
  options: {
    epochs: { type: "string", default: "20" },
    threads: { type: "string", default: "2" },
    device: { type: "string", default: "cpu" },
    folder: { type: "string", default: "." },
  },
});

const one = await runsOf(1);
const five = await runsOf(SEEDS);
const firstMs = totalMs(one);
const extra = five.filter((run) => run.seed > 0 && isFrozen(run));
const extraSeedMs = totalMs(extra) / (SEEDS - 1);
console.log(
  JSON.stringify({
    value: (100 * extraSeedMs) / firstMs,
    details: { firstSeedSeconds: firstMs / 1000, extraSeedSeconds: extraSeedMs / 1000, strategies: byStrategy(extra) },
  }),
);

async function runsOf(seeds: number): Promise<readonly RunRecord[]> {
  const out = join(values.folder, `${seeds}-seeds`);
  const file = join(values.folder, `${seeds}-seeds.json`);
  writeFileSync(file, JSON.stringify({ ...STUDY, seeds, training: { epochs: Number(values.epochs) } }));
  const options = ["--threads", values.threads, "--device", values.device, "--out", out, "--json", "--offline"];
  const { status, stderr } = spawnSync(process.execPath, [graft, "run", file, ...options], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`graft run: expected exit code 0, got ${status}. ${stderr.trim()}`);
  return (await readSummary(out)).runs;
}

function isFrozen({ trainableParameters, totalParameters }: RunRecord): boolean {
  return trainableParameters < totalParameters;
}

function totalMs(runs: readonly RunRecord[]): number {
  return runs.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** Mean seconds of an extra seed, strategy by strategy. */
function byStrategy(runs: readonly RunRecord[]): Record<string, number> {
  const names = [...new Set(runs.map(({ strategy }) => strategy))];
  return Object.fromEntries(
    names.map((name) => {
      const own = runs.filter(({ strategy }) => strategy === name);
      return [name, totalMs(own) / own.length / 1000];
    }),
  );
}
