/** @file `--jobs`: how many processes train a study, and with how many threads each. */

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { sizeOf } from "../../core/index.ts";
import { fitMemory, localCrew, shareCores } from "../../dispatch/index.ts";
import type { CrewMaker, StudyData, StudyFile } from "../../study/index.ts";
import { parseWhole } from "../options/parse-values.ts";

const AUTO = "auto";
/** A process alone uses two cores well. */
const MOST_CORES_ALONE = 2;
/** What starts this command line once more, here or on a machine that shares its files. */
export const GRAFT: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL(`../main${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url)),
];

/** Jobs that the user named, or as many as there is room for. */
export interface Jobs {
  readonly jobs: number;
  readonly threads: number;
  readonly isChosen: boolean;
}

/**
 * Jobs as typed, and the threads of each. Where the machine has more than two cores and the device is the processor,
 * jobs are left to Graft unless they are named.
 *
 * @throws ConfigError if jobs are no number.
 */
export function jobsFrom(
  typed: string | undefined,
  { config, threads, device }: Pick<StudyFile, "config" | "device"> & { threads: number | undefined },
): Jobs {
  const cores = availableParallelism();
  const isChosen = typed === undefined || typed === AUTO;
  const isAlone = device !== "cpu" || (typed === undefined && cores <= MOST_CORES_ALONE);
  const named = isChosen ? (isAlone ? 1 : undefined) : parseWhole(typed, "--jobs", { min: 1, max: 256 });
  return { ...shareCores(config, { cores, jobs: named, threads }), isChosen };
}

/** The processes that train; undefined for this one alone. */
export function crewOf(
  { jobs, isChosen, anyMachine = false }: Jobs & { anyMachine?: boolean | undefined },
  data: StudyData,
): CrewMaker | undefined {
  const size = isChosen ? fitMemory(jobs, { freeBytes: process.availableMemory(), imageBytes: bytesOf(data) }) : jobs;
  return size === 1
    ? undefined
    : localCrew({
        jobs: size,
        program: [...GRAFT, "work", "--offline", ...sharing(size), ...(anyMachine ? ["--any-machine"] : [])],
      });
}

/** The arguments of a worker that is one of several on this machine. */
export function sharing(jobs: number): string[] {
  return ["--sharers", String(jobs)];
}

/** Of the images, which each process holds. */
function bytesOf({ dataset, sourceDataset }: StudyData): number {
  return [dataset, ...(sourceDataset === undefined ? [] : [sourceDataset])]
    .map(({ train, test, imageShape }) => (train.count + test.count) * sizeOf(imageShape))
    .reduce((sum, bytes) => sum + bytes, 0);
}
