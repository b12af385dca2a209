/** @file Hands what is left of a study to a queue in PostgreSQL, as jobs that wait for each other. */

import { resolve } from "node:path";
import type { PgBoss } from "pg-boss";
import { type PlanUnitsOptions, type UnitJob, nameOf, planUnits } from "../../study/index.ts";
import { type JobData, allJobs, isLive, openQueues, queueOf } from "./queue.ts";

/** What was submitted. */
export interface QueuedStudy {
  /** Units that were submitted now, and those that waited or were worked on already. */
  readonly units: number;
  readonly queued: number;
  readonly jobs: number;
}

const CLOSING = "closing";

/**
 * Submits what the folder lacks, unless all of it is queued and can still be done. What waits is queued anew otherwise,
 * since it may wait for what was given up; what is worked on goes on, and whoever takes its second job finds it done.
 *
 * @throws ConfigError if the folder holds no study, or the environment names no database that can be reached.
 */
export async function submitToPostgres(directory: string, options: PlanUnitsOptions): Promise<QueuedStudy> {
  const { study, jobs, rounds } = await planUnits(directory, options);
  if (jobs.length === 0) return { units: 0, queued: 0, jobs: 0 };
  const boss = await openQueues({ connections: 2 });
  try {
    const queue = await queueOf(boss, { study, directory });
    const { queued, isWhole } = await lookInto(boss, queue);
    const lacking = jobs.filter(({ units }) => units.some((unit) => !queued.has(nameOf(unit))));
    if (lacking.length === 0 && isWhole) return { units: 0, queued: queued.size, jobs: 0 };
    await boss.deleteQueuedJobs(queue);
    await boss.flow(flowOf(jobs, { queue, of: { study: resolve(directory), id: study.id ?? null, rounds } }));
    return { units: jobs.reduce((sum, { units }) => sum + units.length, 0), queued: 0, jobs: jobs.length + 1 };
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** The units that wait or are worked on; not whole if one was given up, or nothing would write the report. */
async function lookInto(boss: PgBoss, queue: string): Promise<{ queued: Set<string>; isWhole: boolean }> {
  const found = await allJobs(boss, queue);
  const live = found.filter(isLive);
  const failed = found.filter(({ state }) => state === "failed").map(({ id }) => id);
  if (failed.length > 0) await boss.deleteJob(queue, failed);
  return {
    queued: new Set(live.flatMap(({ data }) => data.units)),
    isWhole: failed.length === 0 && live.some(({ data, state }) => data.units.length === 0 && state !== "active"),
  };
}

/** Jobs as pg-boss takes them: what most wait for first, the report after all of them. */
function flowOf(
  jobs: readonly UnitJob[],
  { queue, of }: { queue: string; of: Omit<JobData, "units"> },
): Parameters<PgBoss["flow"]>[0] {
  const refOf = (place: number): string => `job ${place}`;
  /** The longest chain of jobs that wait for each. */
  const priorities = jobs.map(() => 1);
  for (const [place, { after }] of [...jobs.entries()].toReversed())
    for (const earlier of after) priorities[earlier] = Math.max(priorities[earlier], 1 + priorities[place]);
  const dataOf = (units: UnitJob["units"]): JobData => ({ ...of, units: units.map(nameOf) });
  return [
    ...jobs.map(({ units, after }, place) => ({
      ref: refOf(place),
      name: queue,
      data: dataOf(units),
      options: { priority: priorities[place] },
      ...(after.length === 0 ? {} : { dependsOn: after.map(refOf) }),
    })),
    { ref: CLOSING, name: queue, data: dataOf([]), dependsOn: jobs.map((_, place) => refOf(place)) },
  ];
}
