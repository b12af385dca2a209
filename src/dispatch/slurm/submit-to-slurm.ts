/** @file Hands what is left of a study to SLURM, as job arrays that wait for each other. */

import { mkdir, readFile, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../../files/index.ts";
import { type PlanUnitsOptions, type StudyJobs, type UnitJob, nameOf, planUnits } from "../../study/index.ts";
import { jobScript, closingScript } from "./scripts.ts";
import { type SlurmRequest, largestArray, queuedTasks, sbatch } from "./slurm.ts";

/** Beside the study's own files: scripts, what their tasks do, which jobs were submitted, and what they said. */
const FOLDER = "slurm";
const SUBMITTED = /^submitted-\d+\.json$/;

/** How a study is submitted. */
export interface SubmitOptions extends PlanUnitsOptions {
  readonly request: SlurmRequest;
  /** What starts Graft on the nodes: a program and its first arguments. */
  readonly program: readonly string[];
  /** Of `graft work` on the nodes. */
  readonly workArgs: readonly string[];
  /** The arguments with which this study is submitted again, where seeds are left to Graft. */
  readonly again: readonly string[];
}

/** What was submitted. */
export interface Submission {
  /** Units that were submitted now, and those that waited or ran already. */
  readonly units: number;
  readonly queued: number;
  /** Jobs by their numbers, the last of them writes the report. */
  readonly jobs: readonly string[];
}

const submittedSchema = z.record(z.string(), z.string());

/** By the name of a unit, the task that does it: `7_3`. Hints only: the folder says what is done, SLURM what is queued. */
type Tasks = Map<string, string>;

/**
 * Submits what the folder lacks and SLURM does not have: an array of jobs for all that wait for the same, and a job that
 * writes the report once all of them are over, in whatever way.
 *
 * @throws ConfigError if SLURM is not there or refuses a job, or the folder holds no study.
 * @throws DataError if a file cannot be written.
 */
export async function submitToSlurm(
  directory: string,
  { request, program, workArgs, again, ...planning }: SubmitOptions,
): Promise<Submission> {
  const { study, jobs, rounds }: StudyJobs = await planUnits(directory, planning);
  const folder = resolve(directory, FOLDER);
  await mkdir(folder, { recursive: true });
  const queued = await queuedUnits(folder);
  const lacking = jobs.filter(({ units }) => units.some((unit) => !queued.has(nameOf(unit))));
  if (lacking.length === 0) return { units: 0, queued: queued.size, jobs: [] };
  const most = await largestArray();
  const number = (await readdir(folder)).filter((name) => SUBMITTED.test(name)).length + 1;
  const tasks: Tasks = new Map(queued);
  const numbers: string[] = [];
  for (const [index, array] of arraysOf(jobs, { lacking, most }).entries()) {
    const path = join(folder, `${number}-${index}`);
    await writeFileAtomic(`${path}.units`, array.map(({ units }) => `${units.map(nameOf).join(" ")}\n`).join(""));
    await writeFileAtomic(
      `${path}.sh`,
      jobScript({ program, directory: resolve(directory), workArgs, units: `${path}.units` }),
    );
    const after = [
      ...new Set(array[0].after.flatMap((place) => jobs[place].units.flatMap((unit) => tasks.get(nameOf(unit)) ?? []))),
    ];
    const shape = { name: `graft-${study.config.name}`, threads: study.threads, log: `${path}-%a.log`, ...request };
    const job = await sbatch({ ...shape, tasks: array.length, after, afterHow: "afterok", script: `${path}.sh` });
    numbers.push(job);
    for (const [task, { units }] of array.entries())
      for (const unit of units) tasks.set(nameOf(unit), `${job}_${task}`);
    // after every job: one that was submitted is not submitted twice where the next is refused
    await writeFileAtomic(
      join(folder, `submitted-${number}.json`),
      `${JSON.stringify(Object.fromEntries(tasks), null, 2)}\n`,
    );
  }
  const path = join(folder, `${number}-report`);
  const isOpen = study.config.seeds === "auto";
  await writeFileAtomic(
    `${path}.sh`,
    closingScript({
      program,
      directory: resolve(directory),
      again: isOpen ? [...again, "--beyond-round", String(rounds)] : null,
    }),
  );
  const all = [...new Set([...numbers, ...[...queued.values()].map((task) => task.split("_")[0])])];
  const closing = { name: `graft-${study.config.name}-report`, threads: study.threads, log: `${path}.log`, ...request };
  numbers.push(await sbatch({ ...closing, tasks: 1, after: all, afterHow: "afterany", script: `${path}.sh` }));
  return { units: lacking.reduce((sum, { units }) => sum + units.length, 0), queued: queued.size, jobs: numbers };
}

/** The units whose tasks SLURM still has. */
async function queuedUnits(folder: string): Promise<Tasks> {
  const queued = await queuedTasks();
  const known: Tasks = new Map();
  for (const name of await readdir(folder)) {
    if (!SUBMITTED.test(name)) continue;
    const tasks = submittedSchema.parse(JSON.parse(await readFile(join(folder, name), "utf8")));
    for (const [unit, task] of Object.entries(tasks)) if (queued.has(task)) known.set(unit, task);
  }
  return known;
}

/** Jobs that wait for the same, in arrays of at most so many; each after those that it waits for. */
function arraysOf(
  jobs: readonly UnitJob[],
  { lacking, most }: { lacking: readonly UnitJob[]; most: number },
): UnitJob[][] {
  const groups = new Map<string, UnitJob[]>();
  // by depth, since an array may wait for jobs of one that stands later in the plan
  const depths: number[] = [];
  for (const { after } of jobs) depths.push(Math.max(0, ...after.map((place) => depths[place] + 1)));
  const byDepth = lacking.toSorted((a, b) => depths[jobs.indexOf(a)] - depths[jobs.indexOf(b)]);
  for (const job of byDepth) {
    const key = job.after.join();
    groups.set(key, [...(groups.get(key) ?? []), job]);
  }
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / most) }, (_, part) => group.slice(part * most, (part + 1) * most)),
  );
}
