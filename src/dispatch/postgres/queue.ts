/** @file PostgreSQL as a queue of a study's jobs, by pg-boss. */

import { resolve } from "node:path";
import type { JobWithMetadata, PgBoss, Queue } from "pg-boss";
import { ConfigError } from "../../core/index.ts";
import { sha256 } from "../../files/index.ts";
import type { StudyFile } from "../../study/index.ts";

/** Where pg-boss keeps its tables. */
const SCHEMA = "graft";
const PREFIX = "study-";
/** Whose jobs are not touched for so long is taken for lost. */
const HEARTBEAT_SECONDS = 10;
/** How often a worker says that it is at a job. */
export const TOUCH_MS = 3000;
/** How often every worker looks for jobs whose worker was lost. */
const LOOK_SECONDS = 5;

/** A job whose workers are lost, or that throws, is tried again so often. */
export const RETRIES = 10;
/** Of every job: it may take long. */
const jobOptions = {
  retryLimit: RETRIES,
  retryDelay: 2,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  // the longest that pg-boss allows: a second worker would wait at the run's lock
  expireInSeconds: 86_399,
  retentionSeconds: 90 * 86_400,
} satisfies Omit<Queue, "name">;

/** What a job of a study's queue says. */
export interface JobData {
  /** The study's folder, under one path on all machines, and its id: another may lie there by now. */
  readonly study: string;
  readonly id: string | null;
  /** Names of units, in their order; none for the last job, which writes the report. */
  readonly units: readonly string[];
  /** Rounds of seeds that were decided when it was submitted. */
  readonly rounds: number;
}

/** What names the database: its own variable, or any of PostgreSQL's. */
const variables = ["DATABASE_URL", "PGHOST", "PGSERVICE", "PGDATABASE"] as const;

/**
 * Opens the queues in the database that the environment names; whoever opens them closes them by `stop`.
 *
 * @throws ConfigError if none is named, or it cannot be reached.
 */
export async function openQueues({ connections }: { connections: number }): Promise<PgBoss> {
  if (variables.every((name) => (process.env[name] ?? "") === ""))
    throw new ConfigError(
      "postgres: expected the database in the environment, as DATABASE_URL or as PGHOST, PGDATABASE, PGUSER and PGPASSWORD, got none. " +
        "Name one that all machines reach, such as DATABASE_URL=postgres://user:password@host/database.",
    );
  const { PgBoss: Boss } = await import("pg-boss");
  const url = process.env["DATABASE_URL"] ?? "";
  const boss = new Boss({
    ...(url === "" ? {} : { connectionString: url }),
    schema: SCHEMA,
    application_name: "graft",
    max: connections,
    schedule: false,
    superviseIntervalSeconds: LOOK_SECONDS,
    monitorIntervalSeconds: LOOK_SECONDS,
  });
  // what fails is tried again; who waits for it hears of it
  boss.on("error", () => {});
  try {
    return await boss.start();
  } catch (cause) {
    throw new ConfigError(
      `postgres: expected a database that can be reached and written to, got: ${explained(messageOf(cause))}. Look at ${url === "" ? "PGHOST and the like" : "DATABASE_URL"}.`,
      { cause },
    );
  }
}

/** What went wrong, also where a connection that is refused has a code alone. */
export function messageOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message === "" ? String(code) : message;
}

/** The database's words, but for those of its client that speak of its insides. */
function explained(message: string): string {
  return message.includes("client password must be a string") ? "it wants a password, and none is given" : message;
}

/** @throws ConfigError as {@link openQueues} does, before anything is written. */
export async function requireQueues(): Promise<void> {
  await (await openQueues({ connections: 1 })).stop({ graceful: false });
}

/** Makes the queue of a study unless it is there, and returns its name. */
export async function queueOf(
  boss: PgBoss,
  { study, directory }: { study: StudyFile; directory: string },
): Promise<string> {
  const name = `${PREFIX}${sha256(Buffer.from(`${study.id ?? ""} ${resolve(directory)}`)).slice(0, 32)}`;
  await boss.createQueue(name, jobOptions);
  return name;
}

/** The queues of studies. */
export async function studyQueues(boss: PgBoss): Promise<string[]> {
  return (await boss.getQueues()).map(({ name }) => name).filter((name) => name.startsWith(PREFIX));
}

const PAGE = 1000;

/** The jobs of a queue, whatever became of them. */
export async function allJobs(boss: PgBoss, queue: string): Promise<JobWithMetadata<JobData>[]> {
  const all: JobWithMetadata<JobData>[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await boss.findJobs<JobData>(queue, {
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    all.push(...page);
    after = page.at(-1)?.id;
    if (page.length < PAGE) return all;
  }
}

/** True for jobs that wait or are worked on. */
export function isLive({ state }: JobWithMetadata<JobData>): boolean {
  return state === "created" || state === "retry" || state === "active";
}
