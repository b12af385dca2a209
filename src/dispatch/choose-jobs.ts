/** @file How many workers a study gets on a machine, and how many threads each of them. */

import { type StudyConfig, planStudy } from "../study/index.ts";

/** More threads for one run gain more than a second run beside it, up to here. */
const FEWEST_THREADS = 2;
/** A process with onnxruntime, a compiled step and features of frozen layers. */
const WORKER_BYTES = 1.5e9;

/**
 * Workers and threads of each by the cores of a machine and the runs of a study alone, so that the bits of a study do
 * not depend on what else the machine does. A study is no faster with more workers than it has runs side by side.
 */
export function shareCores(
  config: StudyConfig,
  { cores, jobs, threads }: { cores: number; jobs?: number | undefined; threads?: number | undefined },
): { jobs: number; threads: number } {
  const workers =
    jobs ?? Math.max(1, Math.min(runsSideBySide(config), Math.floor(cores / (threads ?? FEWEST_THREADS))));
  return { jobs: workers, threads: threads ?? Math.max(1, Math.floor(cores / workers)) };
}

/** As many of `jobs` workers as have room, at least one; `imageBytes` are those that each of them holds. */
export function fitMemory(jobs: number, { freeBytes, imageBytes }: { freeBytes: number; imageBytes: number }): number {
  return Math.max(1, Math.min(jobs, Math.floor(freeBytes / (WORKER_BYTES + imageBytes))));
}

/** How many runs a study has for each in its longest chain of runs that start from each other. */
function runsSideBySide(config: StudyConfig): number {
  const runs = planStudy(config);
  const depths = new Map<string, number>();
  for (const { id, startsFrom } of runs) depths.set(id, 1 + (depths.get(startsFrom ?? "") ?? 0));
  return Math.round(runs.length / Math.max(...depths.values()));
}
