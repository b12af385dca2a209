/** @file SLURM as Graft uses it: its programs `sbatch`, `squeue` and `scontrol`, and what they answer. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ConfigError } from "../../core/index.ts";

const run = promisify(execFile);

/** What is asked of SLURM for every job, as `sbatch` takes it. */
export interface SlurmRequest {
  readonly partition?: string | undefined;
  readonly account?: string | undefined;
  readonly time?: string | undefined;
  readonly constraint?: string | undefined;
}

/** A job array, or a single job where `tasks` is 1. */
export interface SlurmJob extends SlurmRequest {
  readonly name: string;
  readonly tasks: number;
  readonly threads: number;
  /** Jobs or tasks of arrays, `7` or `7_3`, that must be over before: well, or in any way. */
  readonly after: readonly string[];
  readonly afterHow: "afterok" | "afterany";
  /** Where each task writes what it says. */
  readonly log: string;
  readonly script: string;
}

/**
 * Hands a job to SLURM.
 *
 * @returns Its number.
 * @throws ConfigError with what SLURM says where it refuses the job, or is not there.
 */
export async function sbatch(job: SlurmJob): Promise<string> {
  const { name, tasks, threads, after, afterHow, log, script, ...request } = job;
  const asked = Object.entries(request).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option}=${value}`],
  );
  const waits = after.length === 0 ? [] : [`--dependency=${afterHow}:${after.join(":")}`, "--kill-on-invalid-dep=yes"];
  const usual = ["--parsable", "--requeue", "--signal=B:USR1@60", "--open-mode=append", "--ntasks=1"];
  const own = [`--job-name=${name}`, `--array=0-${tasks - 1}`, `--output=${log}`, `--cpus-per-task=${threads}`];
  const answer = await call("sbatch", [...usual, ...own, ...asked, ...waits, script]);
  return answer.trim().split(";")[0];
}

/** The tasks of one's jobs that are waiting or running, as `7_3`. */
export async function queuedTasks(): Promise<Set<string>> {
  const answer = await call("squeue", ["--me", "--array", "--noheader", "--format=%F_%K"]);
  return new Set(answer.split("\n").map((line) => line.trim()));
}

/** How many tasks an array of this site may have. */
export async function largestArray(): Promise<number> {
  const answer = await call("scontrol", ["show", "config"]);
  return Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(answer)?.[1] ?? 1);
}

async function call(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(program, args, { encoding: "utf8" })).stdout;
  } catch (cause) {
    const { code, stderr = "", message } = cause as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT")
      throw new ConfigError(
        `${program}: expected SLURM's program on PATH, got none. Submit from a machine of the cluster, or train here: graft run.`,
        { cause },
      );
    const said = stderr.trim() === "" ? message : stderr.trim();
    throw new ConfigError(
      `${program}: expected SLURM to take the job, got: ${said}. Mend what it says and submit again.`,
      { cause },
    );
  }
}
