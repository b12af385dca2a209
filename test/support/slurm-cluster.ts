/** @file A cluster for tests: SLURM's controller and three nodes, all of them on this machine. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { randomBytes } from "node:crypto";

const NODES = ["n1", "n2", "n3"];
const CONTROLLER_PORT = 27_817;
const FIRST_NODE_PORT = 27_818;

/** SLURM that is at work. */
export interface SlurmCluster {
  /** What programs of SLURM find it by. */
  readonly env: { readonly SLURM_CONF: string };
  /** The first column of `squeue`: jobs that wait or run. */
  queue(): string[];
  stop(): Promise<void>;
}

/** Why there is no SLURM to test with here; null where there is. */
export function slurmProblem(): string | null {
  for (const program of ["munged", "slurmctld", "slurmd", "sbatch"]) {
    try {
      execFileSync("which", [program], { stdio: "ignore", env: environment() });
    } catch {
      return `${program} is not installed`;
    }
  }
  return null;
}

/** Starts it, and resolves once its nodes are ready. */
export async function startSlurm(): Promise<SlurmCluster> {
  const folder = mkdtempSync(join(tmpdir(), "graft-slurm-"));
  for (const name of ["state", ...NODES]) mkdirSync(join(folder, name));
  const conf = join(folder, "slurm.conf");
  writeFileSync(conf, configuration(folder));
  writeFileSync(join(folder, "munge.key"), randomBytes(128), { mode: 0o400 });
  const env = { ...environment(), SLURM_CONF: conf };
  const daemons: ChildProcess[] = [];
  const start = (program: string, ...args: string[]): void => {
    daemons.push(spawn(program, args, { env, stdio: "ignore", cwd: folder }));
  };
  const place = (name: string): string => join(folder, `munge.${name}`);
  const kept = ["key", "pid", "log", "seed"].map((name) => `--${name}-file=${place(name)}`);
  start("munged", "--foreground", "--force", `--socket=${place("socket")}`, ...kept);
  start("slurmctld", "-D", "-f", conf);
  for (const node of NODES) start("slurmd", "-D", "-f", conf, "-N", node);
  const ask = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  for (let tries = 0; !isReady(ask); tries++) {
    if (tries === 300) throw new Error(`SLURM did not start; its logs are in ${folder}`);
    await sleep(200);
  }
  return {
    env: { SLURM_CONF: conf },
    queue: () => ask("squeue", "--noheader", "--array", "--format=%i").trim().split("\n").filter(Boolean),
    stop: async () => {
      ask("scancel", "--signal=KILL", "--full", "--me");
      ask("scancel", "--me");
      // in turn, each with what it has started: nodes, controller, munge
      for (const daemon of daemons.toReversed()) {
        const ended = once(daemon, "exit");
        daemon.kill();
        await Promise.race([ended, sleep(10_000)]);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Daemons are where an ordinary user does not look. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };
}

function isReady(ask: (program: string, ...args: string[]) => string): boolean {
  try {
    return ask("sinfo", "--noheader", "--states=idle", "--format=%D").trim() === String(NODES.length);
  } catch {
    return false;
  }
}

function configuration(folder: string): string {
  const user = userInfo().username;
  return [
    "ClusterName=graft",
    `SlurmctldHost=${hostname()}(127.0.0.1)`,
    `SlurmctldPort=${CONTROLLER_PORT}`,
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    "AuthType=auth/munge",
    // a task that is queued again begins after so many seconds
    `AuthInfo=socket=${join(folder, "munge.socket")},cred_expire=10`,
    "CryptoType=crypto/munge",
    `StateSaveLocation=${join(folder, "state")}`,
    `SlurmdSpoolDir=${join(folder, "%n")}`,
    `SlurmctldPidFile=${join(folder, "slurmctld.pid")}`,
    `SlurmdPidFile=${join(folder, "%n.pid")}`,
    `SlurmctldLogFile=${join(folder, "slurmctld.log")}`,
    `SlurmdLogFile=${join(folder, "%n.log")}`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_CPU",
    "SchedulerParameters=sched_interval=2,batch_sched_delay=1,requeue_delay=1",
    "MpiDefault=none",
    "ReturnToService=2",
    "JobRequeue=1",
    "SlurmdTimeout=10",
    "MaxArraySize=4",
    "AccountingStorageType=accounting_storage/none",
    "JobAcctGatherType=jobacct_gather/none",
    ...NODES.map(
      (node, index) =>
        `NodeName=${node} NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${FIRST_NODE_PORT + index} CPUs=1 State=UNKNOWN`,
    ),
    `PartitionName=short Nodes=${NODES.join(",")} Default=YES MaxTime=INFINITE State=UP`,
    "",
  ].join("\n");
}
