/** @file Takes what waits of a study out of PostgreSQL. */

import { resolve } from "node:path";
import { allJobs, isLive, openQueues, studyQueues } from "./queue.ts";

/** What was found of a study. */
export interface WithdrawnStudy {
  /** Jobs that wait no more, and those that are worked on until their end. */
  readonly withdrawn: number;
  readonly active: number;
}

/**
 * Whoever submits the study again submits what its folder lacks. It is found by the path of its folder, which may be deleted.
 *
 * @throws ConfigError if the environment names no database that can be reached.
 */
export async function withdrawFromPostgres(directory: string): Promise<WithdrawnStudy> {
  const boss = await openQueues({ connections: 1 });
  let [withdrawn, active] = [0, 0];
  try {
    for (const queue of await studyQueues(boss)) {
      const liveJobs = async (): Promise<number> =>
        (await allJobs(boss, queue)).filter((job) => isLive(job) && job.data.study === resolve(directory)).length;
      const before = await liveJobs();
      if (before === 0) continue;
      await boss.deleteQueuedJobs(queue);
      // a worker may have taken one meanwhile
      const after = await liveJobs();
      withdrawn += before - after;
      active += after;
    }
    return { withdrawn, active };
  } finally {
    await boss.stop({ graceful: false });
  }
}
