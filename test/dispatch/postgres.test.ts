/** @file A study on PostgreSQL: a real database, and workers that are killed. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Ended, graft, temporaryFolder } from "../cli/graft.ts";
import { resultsOf } from "../study/study-results.ts";
import { graftProgram } from "../support/graft-program.ts";
import { commandsIn } from "../support/page-commands.ts";
import { type PostgresServer, postgresProblem, startPostgres } from "../support/postgres-server.ts";
import { finishedAt, idsOf, trainerOf, writeClusterStudy } from "./cluster-study.ts";

vi.setConfig({ testTimeout: 480_000, hookTimeout: 240_000 });

const problem = postgresProblem();
if (problem !== null) console.log(`skipped: a study on PostgreSQL, since ${problem}`);

const { folder, remove } = temporaryFolder();
writeClusterStudy(folder);

describe.skipIf(problem !== null)("graft submit --to postgres", () => {
  let server: PostgresServer;
  let alone: Record<string, unknown>;

  beforeAll(async () => {
    server = await startPostgres();
    await run("run", "study.yaml", "--threads", "1", "--jobs", "1", "--no-report", "--out", "alone");
    alone = resultsOf(join(folder, "alone"), idsOf(join(folder, "alone")));
  });
  afterAll(async () => {
    await server.stop();
    remove();
  });

  const run = (...args: string[]): Promise<Ended> => graft(args, { cwd: folder, env: { ...server.env } });

  /** Kills the process that trains a run, once it has begun. */
  async function killWhenAt(id: string, { out, whom }: { out: string; whom: (pid: number) => void }): Promise<void> {
    for (;;) {
      const pid = trainerOf(id, join(folder, out));
      if (pid !== undefined) return whom(pid);
      await sleep(50);
    }
  }

  test("leaves what one process leaves, also where a body is killed in the middle, and writes the report", async () => {
    const [submitted, worked, ...others] = commandsIn("clusters.md", "PostgreSQL");
    expect(await run(...submitted)).toMatchObject({
      exitCode: 0,
      stderr: "",
      stdout: expect.stringMatching(
        /^8 units of work are in \d+ jobs, which graft worker does on any machine\. How they get on: graft status shared$/m,
      ) as string,
    });
    const working = run(...worked);
    const killing = killWhenAt("M3-probe-then-full-seed1", {
      out: "shared",
      whom: (pid) => process.kill(pid, "SIGKILL"),
    });
    const [ended] = await Promise.all([working, killing]);
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toMatch(/probe-then-full-seed1.* of .*shared: SIGKILL It will be tried again\./);
    expect(resultsOf(join(folder, "shared"), idsOf(join(folder, "shared")))).toEqual(alone);
    expect(Object.keys(alone)).toHaveLength(6);
    expect(finishedAt(join(folder, "shared"))).not.toBeNull();
    expect(globSync("report.html", { cwd: join(folder, "shared") })).toHaveLength(1);
    for (const command of others) expect((await run(...command)).exitCode).toBe(0);
    expect((await run("submit", "shared", "--to", "postgres")).stdout).toBe("Nothing to submit: every run is over.\n");
  });

  test("goes on where a worker is killed, another stopped and the database away for a while", async () => {
    expect(await run("submit", "study.yaml", "--to", "postgres", "--threads", "1", "--out", "again")).toMatchObject({
      exitCode: 0,
    });
    expect((await run("submit", "again", "--to", "postgres")).stdout).toBe(
      "Nothing to submit: 8 units of work are queued or running.\n",
    );
    expect((await run("withdraw", "again")).stdout).toMatch(
      /^\d jobs wait no more\.\nSubmit what is left again: graft submit again --to postgres\n$/,
    );
    expect((await run("withdraw", "again")).stdout).toBe("Nothing of this study waits in the database.\n");
    expect((await run("submit", "again", "--to", "postgres")).stdout).toMatch(/^8 units of work are in/);
    const first = startWorker();
    await killWhenAt("M1-source-seed0", { out: "again", whom: () => first.kill("SIGKILL") });
    await once(first, "exit");
    const second = startWorker();
    await killWhenAt("M1-source-seed1", { out: "again", whom: () => second.kill("SIGTERM") });
    expect(await once(second, "exit")).toEqual([143, null]);
    const working = run("worker", "--jobs", "2", "--until-done", "--offline");
    await killWhenAt("M2-scratch-seed1", { out: "again", whom: () => {} });
    await server.kill();
    await sleep(1000);
    await server.start();
    expect((await working).exitCode).toBe(0);
    expect(resultsOf(join(folder, "again"), idsOf(join(folder, "again")))).toEqual(alone);
    expect(finishedAt(join(folder, "again"))).not.toBeNull();
  });

  test("says what is missing", async () => {
    const { exitCode, stderr } = await graft(["worker"], { cwd: folder, env: { DATABASE_URL: "", PGHOST: "" } });
    expect(stderr).toMatch(
      /^graft: postgres: expected the database in the environment, as DATABASE_URL .*, got none\. /,
    );
    expect(exitCode).toBe(2);
    const away = await graft(["worker"], { cwd: folder, env: { DATABASE_URL: "postgres://graft@127.0.0.1:9/none" } });
    expect(away.stderr).toMatch(
      /^graft: postgres: expected a database that can be reached and written to, got: .*ECONNREFUSED.*\. Look at DATABASE_URL\.\n$/,
    );
    expect(away.exitCode).toBe(2);
  });

  function startWorker(): ChildProcess {
    return spawn(process.execPath, [graftProgram, "worker", "--offline"], {
      cwd: folder,
      env: { ...process.env, ...server.env },
      stdio: "ignore",
    });
  }
});
