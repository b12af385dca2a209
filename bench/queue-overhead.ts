/**
 * @file `npm run bench:queue`: what a queue in PostgreSQL costs a run.
 *
 * A study of a thousand runs is submitted to a database of this machine, and 64 workers do its jobs, where sleeping stands
 * for training. Told are the time between the jobs of a worker, the processor time of workers and database for a job, and
 * the memory of the workers' process at its first and last tenth.
 */

import { readFileSync, readdirSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createShapes10 } from "../src/data/index.ts";
import { submitToPostgres, workOnQueues } from "../src/dispatch/index.ts";
import { beginStudy, resolveStudy } from "../src/study/index.ts";
import { startPostgres } from "../test/support/postgres-server.ts";

const WORKERS = 64;
const SEEDS = 18;
const BUDGETS = [5, 10, 15, 20, 30, 40, 60, 80, 120];
/** How long a unit's stand-in sleeps. */
const WORK_MS = 400;

const server = await startPostgres();
process.env["DATABASE_URL"] = server.env.DATABASE_URL;
const directory = await mkdtemp(join(tmpdir(), "graft-queue-"));
await measure().finally(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function measure(): Promise<void> {
  const config = resolveStudy({ preset: "budget-curve", dataset: "shapes10", imagesPerClass: BUDGETS, seeds: SEEDS });
  const dataset = createShapes10();
  console.log(cpus()[0].model);
  await beginStudy({ config, directory, dataset, threads: 1, device: "cpu", command: "bench" });
  const submitted = await timed("submitted", () =>
    submitToPostgres(directory, { openData: async () => ({ dataset }) }),
  );
  console.log(`${submitted.units} units in ${submitted.jobs} jobs`);

  let [done, slept] = [0, 0];
  const memory: number[] = [];
  const before = { own: process.cpuUsage(), database: databaseMs(), at: performance.now() };
  const stop = new AbortController();
  await Promise.all(
    Array.from({ length: WORKERS }, () =>
      workOnQueues({
        jobs: 1,
        refusal: async () => null,
        perform: async ({ units }) => {
          const ms = WORK_MS * Math.max(1, units.length);
          await sleep(ms);
          slept += ms;
          done++;
          memory.push(process.memoryUsage.rss());
          return false;
        },
        say: console.log,
        signal: stop.signal,
        untilDone: true,
      }),
    ),
  );
  const wall = performance.now() - before.at;
  const { user, system } = process.cpuUsage(before.own);
  const tenth = Math.ceil(memory.length / 10);
  const mb = (values: readonly number[]): string => `${Math.round(Math.max(...values) / 1e6)} MB`;
  console.log(
    `${done} jobs by ${WORKERS} workers in ${(wall / 1000).toFixed(1)} s; asleep in them ${(slept / WORKERS / 1000).toFixed(1)} s each`,
  );
  console.log(
    `processor time of a unit: workers ${((user + system) / 1000 / submitted.units).toFixed(1)} ms, ` +
      `database ${((databaseMs() - before.database) / submitted.units).toFixed(1)} ms`,
  );
  console.log(
    `memory of all workers: ${mb(memory.slice(0, tenth))} in the first tenth, ${mb(memory.slice(-tenth))} in the last`,
  );
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  console.log(`${what} after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

/** Of PostgreSQL's processes that live, and of those that they have waited for. */
function databaseMs(): number {
  const ticks = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => statOf(pid))
    .filter(([name]) => name === "(postgres)")
    .reduce((sum, [, ...fields]) => sum + fields.slice(11, 15).reduce((all, field) => all + Number(field), 0), 0);
  return ticks * 10;
}

/** Its name and the fields after that. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = text.lastIndexOf(")") + 1;
    return [text.slice(text.indexOf("("), end), ...text.slice(end + 1).split(" ")];
  } catch {
    return [""];
  }
}
