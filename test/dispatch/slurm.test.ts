/** @file A study on SLURM: a real controller and three nodes, whose tasks are killed and cancelled. */

import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Ended, graft, temporaryFolder } from "../cli/graft.ts";
import { resultsOf } from "../study/study-results.ts";
import { commandsIn } from "../support/page-commands.ts";
import { type SlurmCluster, slurmProblem, startSlurm } from "../support/slurm-cluster.ts";
import { finishedAt, idsOf, isAt, trainerOf, writeClusterStudy } from "./cluster-study.ts";

vi.setConfig({ testTimeout: 480_000, hookTimeout: 120_000 });

const problem = slurmProblem();
if (problem !== null) console.log(`skipped: a study on SLURM, since ${problem}`);

const { folder, remove } = temporaryFolder();
writeClusterStudy(folder);

describe.skipIf(problem !== null)("graft submit --to slurm", () => {
  let cluster: SlurmCluster;
  let alone: Record<string, unknown>;

  beforeAll(async () => {
    cluster = await startSlurm();
    await run("run", "study.yaml", "--threads", "1", "--jobs", "1", "--no-report", "--out", "alone");
    alone = resultsOf(join(folder, "alone"), idsOf(join(folder, "alone")));
  }, 480_000);
  afterAll(async () => {
    await cluster.stop();
    remove();
  });

  const run = (...args: string[]): Promise<Ended> => graft(args, { cwd: folder, env: { ...cluster.env } });
  const submit = (place: string, ...args: string[]): Promise<Ended> => run("submit", place, "--to", "slurm", ...args);

  /** Resolves once no job waits or runs; calls `meanwhile` again and again before. */
  async function over(meanwhile: () => void = () => {}): Promise<void> {
    while (cluster.queue().length > 0) {
      meanwhile();
      await sleep(200);
    }
  }

  /** Kills the process that trains a run, once it has begun. */
  function killOnce(out: string, id: string): () => boolean {
    let isKilled = false;
    return () => {
      const pid = isKilled ? undefined : trainerOf(id, join(folder, out));
      if (pid !== undefined) isKilled = process.kill(pid, "SIGKILL");
      return isKilled;
    };
  }

  test("leaves what one process leaves, also where a task is killed in the middle, and writes the report", async () => {
    const commands = commandsIn("clusters.md", "SLURM");
    const [submitted, ...others] = await inTurn(commands, (command) => run(...command));
    expect(submitted).toMatchObject({ exitCode: 0, stderr: "" });
    expect(others.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(others[1].stdout).toMatch(/^Nothing to submit: \d units of work are queued or running\.$/m);
    expect(submitted.stdout).toMatch(
      /^8 units of work are in 5 jobs of SLURM: (\d+, )+\d+\. How they get on: graft status shared$/m,
    );
    const kill = killOnce("shared", "M3-probe-then-full-seed1");
    await over(kill);
    expect(kill()).toBe(true);
    expect(resultsOf(join(folder, "shared"), idsOf(join(folder, "shared")))).toEqual(alone);
    expect(Object.keys(alone)).toHaveLength(6);
    expect(finishedAt(join(folder, "shared"))).not.toBeNull();
    expect(globSync("report.html", { cwd: join(folder, "shared") })).toHaveLength(1);
    expect(await submit("shared")).toMatchObject({ exitCode: 0, stdout: "Nothing to submit: every run is over.\n" });
  });

  test("submitted again submits what the folder lacks and no job has", async () => {
    expect(await submit("study.yaml", "--threads", "1", "--out", "again")).toMatchObject({ exitCode: 0 });
    while (!isAt("done", { directory: join(folder, "again"), id: "M1-source-seed0" })) await sleep(200);
    execFileSync("scancel", ["--signal=KILL", "--full", "--me"], { env: { ...process.env, ...cluster.env } });
    execFileSync("scancel", ["--me"], { env: { ...process.env, ...cluster.env } });
    await over();
    const rest = await submit("again", "--slurm-partition", "short");
    const [, units] = /^(\d+) units of work/m.exec(rest.stdout) ?? [];
    expect(Number(units)).toBeLessThan(8);
    await over();
    expect(resultsOf(join(folder, "again"), idsOf(join(folder, "again")))).toEqual(alone);
    expect(finishedAt(join(folder, "again"))).not.toBeNull();
  });

  test("says what SLURM refuses", async () => {
    const { exitCode, stderr } = await submit("study.yaml", "--out", "refused", "--slurm-partition", "none");
    expect(stderr).toMatch(
      /^graft: sbatch: expected SLURM to take the job, got: .*partition.*\. Mend what it says and submit again\.\n$/i,
    );
    expect(exitCode).toBe(2);
  });
});

async function inTurn<A, B>(all: readonly A[], work: (one: A) => Promise<B>): Promise<B[]> {
  const results: B[] = [];
  for (const one of all) results.push(await work(one));
  return results;
}
