/** @file A study on SLURM: a real controller and three nodes, whose tasks are killed and cancelled. */

import { execFileSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Ended, graft, temporaryFolder } from "../cli/graft.ts";
import { resultsOf } from "../study/study-results.ts";
import { type SlurmCluster, slurmProblem, startSlurm } from "../support/slurm-cluster.ts";

vi.setConfig({ testTimeout: 480_000, hookTimeout: 120_000 });

const problem = slurmProblem();
if (problem !== null) console.log(`skipped: a study on SLURM, since ${problem}`);

const { folder, remove } = temporaryFolder();
writeFileSync(
  join(folder, "tiny.yaml"),
  `
name: tiny
dataset: shapes10
target: [disc, heart]
source: [square, ring]
seeds: 2
imagesPerClass: 26
sourceImagesPerClass: 40
strategies: [scratch, last-layer, probe-then-full]
tuning: { factors: [1, 100], epochs: 1, compute: 0.1 }
training: { epochs: 3, batchSize: 16, transferredRate: auto }
`,
);
const idsOf = (out: string): string[] => globSync("*", { cwd: join(folder, out, "runs") }).sort();

describe.skipIf(problem !== null)("graft submit --to slurm", () => {
  let cluster: SlurmCluster;
  let alone: Record<string, unknown>;

  beforeAll(async () => {
    cluster = await startSlurm();
    expect(await run("run", "tiny.yaml", "--threads", "1", "--jobs", "1", "--out", "alone")).toMatchObject({
      exitCode: 0,
    });
    alone = resultsOf(join(folder, "alone"), idsOf("alone"));
    expect(Object.keys(alone)).toHaveLength(8);
  }, 480_000);
  afterAll(() => {
    cluster.stop();
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

  /** Kills the process that trains a run, once it has finished an epoch. */
  function killOnce(out: string, id: string): () => boolean {
    let isKilled = false;
    return () => {
      const [lock] = globSync(`runs/${id}/run.lock`, { cwd: join(folder, out) });
      const [history] = globSync(`runs/${id}/checkpoint.safetensors`, { cwd: join(folder, out) });
      if (isKilled || lock === undefined || history === undefined) return isKilled;
      const { pid } = JSON.parse(readFileSync(join(folder, out, lock), "utf8")) as { pid: number };
      isKilled = process.kill(pid, "SIGKILL");
      return isKilled;
    };
  }

  function summaryOf(out: string): { finishedAt: string | null } {
    return JSON.parse(readFileSync(join(folder, out, "summary.json"), "utf8")) as { finishedAt: string | null };
  }

  test("leaves what one process leaves, also where a task is killed in the middle, and writes the report", async () => {
    const submitted = await submit("tiny.yaml", "--threads", "1", "--out", "killed");
    expect(submitted).toMatchObject({ exitCode: 0, stderr: "" });
    expect(submitted.stdout).toMatch(
      /^11 units of work are in 6 jobs of SLURM: (\d+, )+\d+\. How they get on: graft status killed$/m,
    );
    const kill = killOnce("killed", "M4-probe-then-full-seed1");
    await over(kill);
    expect(kill()).toBe(true);
    expect(resultsOf(join(folder, "killed"), idsOf("killed"))).toEqual(alone);
    expect(summaryOf("killed").finishedAt).not.toBeNull();
    expect(globSync("report.html", { cwd: join(folder, "killed") })).toHaveLength(1);
    expect(await submit("killed")).toMatchObject({ exitCode: 0, stdout: "Nothing to submit: every run is over.\n" });
  });

  test("submitted again submits what the folder lacks and no job has", async () => {
    expect(await submit("tiny.yaml", "--threads", "1", "--out", "again")).toMatchObject({ exitCode: 0 });
    const again = await submit("again");
    expect(again.stdout).toMatch(/^Nothing to submit: 11 units of work are queued or running\.$/m);
    while (!isDone("again", "M1-source-seed0")) await sleep(200);
    execFileSync("scancel", ["--signal=KILL", "--full", "--me"], { env: { ...process.env, ...cluster.env } });
    execFileSync("scancel", ["--me"], { env: { ...process.env, ...cluster.env } });
    await over();
    const rest = await submit("again", "--slurm-partition", "tests");
    const [, units] = /^(\d+) units of work/m.exec(rest.stdout) ?? [];
    expect(Number(units)).toBeLessThan(11);
    await over();
    expect(resultsOf(join(folder, "again"), idsOf("again"))).toEqual(alone);
    expect(summaryOf("again").finishedAt).not.toBeNull();
  });

  test("says what SLURM refuses", async () => {
    const { exitCode, stderr } = await submit("tiny.yaml", "--out", "refused", "--slurm-partition", "none");
    expect(stderr).toMatch(
      /^graft: sbatch: expected SLURM to take the job, got: .*partition.*\. Mend what it says and submit again\.\n$/i,
    );
    expect(exitCode).toBe(2);
  });

  function isDone(out: string, id: string): boolean {
    const [path] = globSync(`runs/${id}/run.json`, { cwd: join(folder, out) });
    return path !== undefined && /"status": "done"/.test(readFileSync(join(folder, out, path), "utf8"));
  }
});
