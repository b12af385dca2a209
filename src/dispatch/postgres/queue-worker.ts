/** @file A worker of queues in PostgreSQL: takes jobs of whatever studies this machine may train, several at a time. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Job, PgBoss } from "pg-boss";
import { NotYetError } from "../../core/index.ts";
import { type JobData, RETRIES, TOUCH_MS, messageOf, openQueues, studyQueues } from "./queue.ts";

/** How often a worker without work asks for some. */
const POLL_MS = 1000;
/** How often it looks for new studies. */
const LOOK_MS = 3000;
/** What is told to a database that cannot be reached is told again so often. */
const AGAIN_MS = 2000;

/** What a worker is made of. */
export interface QueueWorkerOptions {
  /** Jobs at a time. */
  readonly jobs: number;
  /** Why this machine may not train a study, as a sentence; null if it may. It is asked again and again. */
  readonly refusal: (study: Pick<JobData, "study" | "id">) => Promise<string | null>;
  /**
   * Does a job, in a place counted from 0.
   *
   * @returns True if it was stopped, to be gone on with by whoever takes it next.
   * @throws Whatever became of it; it is tried again.
   */
  readonly perform: (data: JobData, place: number) => Promise<boolean>;
  /** Told what goes wrong, a sentence each. */
  readonly say: (sentence: string) => void;
  readonly signal: AbortSignal;
  /** True to end once no job waits any more that this machine may do. */
  readonly untilDone: boolean;
}

/**
 * Works until the signal, or until no job waits.
 *
 * @throws ConfigError if the environment names no database that can be reached at first.
 */
export async function workOnQueues(options: QueueWorkerOptions): Promise<void> {
  const { jobs, signal } = options;
  const boss = await openQueues({ connections: Math.min(jobs + 1, 10) });
  try {
    const queues = findQueues(boss, options);
    await Promise.all(Array.from({ length: jobs }, (_, place) => workAt(place, { boss, queues, options })));
  } finally {
    // what it was at is told already
    await boss.stop({ graceful: false });
    signal.throwIfAborted();
  }
}

type Taken = Job<JobData>;

async function workAt(
  place: number,
  { boss, queues, options }: { boss: PgBoss; queues: Queues; options: QueueWorkerOptions },
): Promise<void> {
  const { signal, untilDone, say } = options;
  while (!signal.aborted) {
    try {
      const job = await take(boss, await queues.admitted());
      if (job !== undefined) await carryOut(job, { boss, queues, place, options });
      else if (untilDone && !(await isAnyWaiting(boss, await queues.admitted({ again: true })))) return;
      else await pause(POLL_MS, signal);
    } catch (error) {
      say(`The database: ${messageOf(error)}. Trying again.`);
      await pause(AGAIN_MS, signal);
    }
  }
}

async function take(boss: PgBoss, queues: readonly string[]): Promise<Taken | undefined> {
  for (const queue of queues) {
    const [job] = await boss.fetch<JobData>(queue, { includeMetadata: false });
    if (job !== undefined) return job;
  }
  return undefined;
}

async function isAnyWaiting(boss: PgBoss, queues: readonly string[]): Promise<boolean> {
  for (const queue of queues) if ((await boss.findJobs(queue, { queued: true, limit: 1 })).length > 0) return true;
  return false;
}

/** Does a job, and tells the database what became of it, for as long as that takes. */
async function carryOut(
  job: Taken,
  {
    boss,
    queues,
    place,
    options: { perform, say, signal },
  }: { boss: PgBoss; queues: Queues; place: number; options: QueueWorkerOptions },
): Promise<void> {
  const { name: queue, data } = job;
  // an attempt that was given to another meanwhile is not this one's to end
  const attempt = { id: job.id, retryCount: job.retryCount };
  say(`Begun: ${titleOf(data)}.`);
  const beating = setInterval(() => void boss.touch(queue, attempt).catch(() => {}), TOUCH_MS);
  try {
    const end = await perform(data, place).then(
      (isStopped) => (isStopped ? { again: "stopped" } : null),
      (error: unknown) => {
        // it may be this machine that cannot
        queues.doubt(queue);
        return { [isHopeless(error) || job.retryCount >= RETRIES ? "givenUp" : "again"]: messageOf(error) };
      },
    );
    for (const [how, what] of Object.entries(end ?? {}))
      if (!signal.aborted) say(`${titleOf(data)}: ${what}${how === "again" ? " It will be tried again." : ""}`);
    // what waits for a job that was given up is not blocked by it: it finds what is missing
    const tell =
      end !== null && "again" in end ? () => boss.fail(queue, attempt, end) : () => boss.complete(queue, attempt, end);
    await insist(tell, { say, signal });
  } finally {
    clearInterval(beating);
  }
}

/** Where what a unit starts from is not there although its job is over: that was given up. */
function isHopeless(error: unknown): boolean {
  return error instanceof NotYetError && !error.isLocked;
}

function titleOf({ study, units }: JobData): string {
  return `${units.length === 0 ? "the report" : units.join(", ")} of ${study}`;
}

async function insist(
  tell: () => Promise<unknown>,
  { say, signal }: Pick<QueueWorkerOptions, "say" | "signal">,
): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return void (await tell());
    } catch (error) {
      // whoever stops it does not wait; the job is known to be lost soon
      if (signal.aborted) return;
      if (tries === 0) say(`The database: ${messageOf(error)}. Trying again.`);
      await pause(AGAIN_MS, signal);
    }
  }
}

/** The queues of studies. */
interface Queues {
  /** Those that this machine may train; looked for now and then, or at once. */
  admitted: (how?: { again?: boolean }) => Promise<readonly string[]>;
  /** Asks once more whether it may. */
  doubt: (queue: string) => void;
}

function findQueues(boss: PgBoss, { refusal, say }: QueueWorkerOptions): Queues {
  const admitted = new Set<string>();
  const said = new Set<string>();
  let lookedAt = -Infinity;
  let looking: Promise<readonly string[]> | undefined;
  const look = async (): Promise<readonly string[]> => {
    const names = await studyQueues(boss);
    for (const name of names) {
      if (admitted.has(name)) continue;
      const [job] = await boss.findJobs<JobData>(name, { queued: true, limit: 1 });
      if (job === undefined) continue;
      const why = await refusal(job.data);
      if (why === null) admitted.add(name);
      if (why !== null && !said.has(why)) say(`${why} Its jobs wait.`);
      if (why !== null) said.add(why);
    }
    return names;
  };
  return {
    admitted: async ({ again = false } = {}) => {
      if (looking === undefined || again || performance.now() - lookedAt > LOOK_MS) {
        lookedAt = performance.now();
        looking = look();
      }
      return (await looking).filter((name) => admitted.has(name));
    },
    doubt: (queue) => void admitted.delete(queue),
  };
}

/** Resolves early at the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
