/** @file `graft worker`: does jobs of studies that were submitted to PostgreSQL, until it is stopped. */

import { availableParallelism } from "node:os";
import { plural } from "../../../core/index.ts";
import { jobBody, workOnQueues } from "../../../dispatch/index.ts";
import { holdsStudy, machineProblem, readStudyFile } from "../../../study/index.ts";
import { parseWhole } from "../../options/parse-values.ts";
import { GRAFT, sharing } from "../../study/crew.ts";
import { createDisplay } from "../../terminal/displays/create-display.ts";
import { failureOf } from "../../terminal/failure.ts";
import { listenForInterrupt } from "../../terminal/interrupt.ts";

/** A run has two threads unless its study says otherwise. */
const CORES_OF_JOB = 2;

/** What the command line holds. */
export interface WorkerOptions {
  readonly jobs?: string;
  readonly untilDone?: true;
  readonly anyMachine?: true;
  readonly offline?: true;
  readonly json?: true;
}

/** Works until it is stopped, or nothing waits any more; returns the exit code. */
export async function worker({ jobs: typed, untilDone, anyMachine, offline, json }: WorkerOptions): Promise<number> {
  const jobs =
    typed === undefined
      ? Math.max(1, Math.floor(availableParallelism() / CORES_OF_JOB))
      : parseWhole(typed, "--jobs", { min: 1, max: 256 });
  const display = await createDisplay({ json: json === true });
  const { signal, stop } = listenForInterrupt("stopping; what is done is saved, and others go on with the rest.");
  const network = offline === true ? ["--offline"] : [];
  const body = jobBody({
    program: GRAFT,
    workArgs: [...network, ...sharing(jobs), ...(anyMachine === true ? ["--any-machine"] : [])],
    finishArgs: network,
    listener: display.listener,
    signal,
  });
  display.notice(`Working on up to ${plural(jobs, "job")} at a time; stop it by Ctrl-C.`);
  signal.addEventListener("abort", () => void body.close(), { once: true });
  try {
    await workOnQueues({
      jobs,
      refusal: ({ study, id }) => refusalOf(study, { id, anyMachine }),
      perform: body.perform,
      say: display.notice,
      signal,
      untilDone: untilDone === true,
    });
    return 0;
  } finally {
    await body.close();
    display.close();
    stop();
  }
}

async function refusalOf(
  study: string,
  { id, anyMachine }: { id: string | null; anyMachine: true | undefined },
): Promise<string | null> {
  if (!holdsStudy(study))
    return `${study}: expected the folder of a study that was submitted, got none on this machine.`;
  try {
    if (((await readStudyFile(study)).id ?? null) === id) return await machineProblem(study, { anyMachine });
    return `${study}: expected the study that was submitted, got another one in its place.`;
  } catch (error) {
    return failureOf(error).message;
  }
}
