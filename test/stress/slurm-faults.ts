/**
 * @file Loses nodes and the controller of a SLURM cluster while it trains: `node test/stress/slurm-faults.ts [times] [seed]`.
 *
 * Every time a study is submitted to three nodes of this machine. One node fails for good while it trains a run, the
 * controller is killed at a random moment and started again, and what the folder lacks then is submitted again, as
 * `graft status` says. The study must end as one process leaves it.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { stream } from "../../src/core/index.ts";
import { graft, temporaryFolder } from "../cli/graft.ts";
import { finishedAt, idsOf, trainerOf, writeClusterStudy } from "../dispatch/cluster-study.ts";
import { resultsOf } from "../study/study-results.ts";
import { type SlurmCluster, slurmProblem, startSlurm } from "../support/slurm-cluster.ts";

/** The controller is killed within so many milliseconds after the first run has begun. */
const LATEST_CRASH_MS = 20_000;

const [times = 3, seed = 1] = process.argv.slice(2).map(Number);
const problem = slurmProblem();
if (problem !== null) throw new Error(problem);
const { folder, remove } = temporaryFolder();
try {
  writeClusterStudy(folder);
  await run({}, "run", "study.yaml", "--threads", "1", "--jobs", "1", "--out", "alone");
  const expected = outcomeOf("alone");
  const random = stream(seed, "slurm");
  for (let time = 0; time < times; time++) {
    const cluster = await startSlurm();
    try {
      const submissions = await trainUnderFaults(cluster, {
        out: `study-${time}`,
        crashMs: random.uniform() * LATEST_CRASH_MS,
      });
      const isEqual = isDeepStrictEqual(outcomeOf(`study-${time}`), expected);
      console.log(
        `study ${time}: ${isEqual ? "as one process leaves it" : "DIFFERS"}, after ${submissions} submissions`,
      );
      if (!isEqual) process.exitCode = 1;
    } finally {
      await cluster.stop();
    }
  }
} finally {
  remove();
}

/** Brings a study to its end; returns how often it was submitted. */
async function trainUnderFaults(
  cluster: SlurmCluster,
  { out, crashMs }: { out: string; crashMs: number },
): Promise<number> {
  const submit = async (place: string, ...args: string[]): Promise<void> => {
    const { stdout } = await run(cluster.env, "submit", place, "--to", "slurm", ...args);
    console.log(`  ${stdout.trim()}`);
  };
  await submit("study.yaml", "--threads", "1", "--out", out);
  const node = await firstNode(out);
  console.log(`  losing ${node}, and the controller after ${crashMs.toFixed(0)} ms`);
  cluster.loseNode(node);
  await sleep(crashMs);
  await cluster.crashController();
  for (let submissions = 1; ; submissions++) {
    while (cluster.queue().length > 0) await sleep(500);
    if (finishedAt(join(folder, out)) !== null) return submissions;
    await submit(out);
  }
}

/** The node that trains the first run which begins. */
async function firstNode(out: string): Promise<string> {
  for (;;) {
    const ids = globSync("*", { cwd: join(folder, out, "runs") });
    const pid = ids.map((id) => trainerOf(id, join(folder, out))).find((one) => one !== undefined);
    const [, node] =
      /(?:^|\0)SLURMD_NODENAME=([^\0]*)/.exec(pid === undefined ? "" : readFileSync(`/proc/${pid}/environ`, "utf8")) ??
      [];
    if (node !== undefined) return node;
    await sleep(50);
  }
}

async function run(env: Record<string, string>, ...args: string[]): Promise<{ stdout: string }> {
  const { exitCode, stdout, stderr } = await graft(args, { cwd: folder, env });
  if (exitCode !== 0) throw new Error(`graft ${args.join(" ")}: ${stderr}`);
  return { stdout };
}

function outcomeOf(out: string): object {
  return resultsOf(join(folder, out), idsOf(join(folder, out)));
}
