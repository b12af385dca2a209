/** @file The study that tests hand to queues: small, tuned, on two levels, with two seeds. */

import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes it as `study.yaml`. */
export function writeClusterStudy(folder: string): void {
  writeFileSync(
    join(folder, "study.yaml"),
    `
name: tiny
dataset: shapes10
target: [disc, heart]
source: [square, ring]
seeds: 2
imageSize: 8
imagesPerClass: 26
sourceImagesPerClass: 40
strategies: [scratch, probe-then-full]
tuning: { factors: [1, 100], epochs: 1, compute: 0.1 }
training: { epochs: 3, batchSize: 16, transferredRate: auto }
`,
  );
}

/** The runs that a study's folder has. */
export function idsOf(directory: string): string[] {
  return globSync("*", { cwd: join(directory, "runs") }).sort();
}

/** True once the record of a run says so. */
export function isAt(status: string, { directory, id }: { directory: string; id: string }): boolean {
  const [path] = globSync(`runs/${id}/run.json`, { cwd: directory });
  return path !== undefined && readFileSync(join(directory, path), "utf8").includes(`"status": "${status}"`);
}

/** The process that trains a run, once it has begun. */
export function trainerOf(id: string, directory: string): number | undefined {
  const [lock] = globSync(`runs/${id}/run.lock`, { cwd: directory });
  if (lock === undefined || !isAt("running", { directory, id })) return undefined;
  return (JSON.parse(readFileSync(join(directory, lock), "utf8")) as { pid: number }).pid;
}

/** ISO 8601; null while something is left to do. */
export function finishedAt(directory: string): string | null {
  return (JSON.parse(readFileSync(join(directory, "summary.json"), "utf8")) as { finishedAt: string | null })
    .finishedAt;
}
