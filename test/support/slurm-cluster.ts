/** @file A cluster for tests: SLURM's controller and three nodes, all of them on this machine. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  /** A node that fails: its daemon and everything that it has started are gone at once, and do not come back. */
  loseNode(name: string): void;
  /** The controller is killed and started again, with what it has written by then. */
  crashController(): Promise<void>;
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
  const daemons = new Map<string, ChildProcess>();
  const start = (name: string, program: string, ...args: string[]): void => {
    daemons.set(name, spawn(program, args, { env, stdio: "ignore", cwd: folder }));
  };
  const startController = (): void => start("controller", "slurmctld", "-D", "-f", conf);
  const place = (name: string): string => join(folder, `munge.${name}`);
  const kept = ["key", "pid", "log", "seed"].map((name) => `--${name}-file=${place(name)}`);
  start("munge", "munged", "--foreground", "--force", `--socket=${place("socket")}`, ...kept);
  startController();
  for (const node of NODES) start(node, "slurmd", "-D", "-f", conf, "-N", node);
  const ask = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const wait = async (isThere: () => boolean): Promise<void> => {
    for (let tries = 0; !isThere(); tries++) {
      if (tries === 300) throw new Error(`SLURM did not start; its logs are in ${folder}`);
      await sleep(200);
    }
  };
  await wait(() => isReady(ask));
  return {
    env: { SLURM_CONF: conf },
    queue: () => ask("squeue", "--noheader", "--array", "--format=%i").trim().split("\n").filter(Boolean),
    loseNode: (name) => {
      daemons.get(name)?.kill("SIGKILL");
      daemons.delete(name);
      for (const pid of processesOn(name)) process.kill(pid, "SIGKILL");
    },
    crashController: async () => {
      const controller = daemons.get("controller");
      if (controller === undefined) throw new Error("internal: expected a controller");
      const ended = once(controller, "exit");
      controller.kill("SIGKILL");
      await ended;
      startController();
      await wait(() => isAnswering(ask));
    },
    stop: async () => {
      ask("scancel", "--signal=KILL", "--full", "--me");
      ask("scancel", "--me");
      // in turn, each with what it has started: nodes, controller, munge
      for (const daemon of [...daemons.values()].toReversed()) {
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

/** What SLURM has started on a node, by the name that it gives every task. */
function processesOn(node: string): number[] {
  return globSync("/proc/[0-9]*/environ").flatMap((path) => {
    try {
      const names = readFileSync(path, "utf8").split("\0");
      return names.includes(`SLURMD_NODENAME=${node}`) ? [Number(path.split("/")[2])] : [];
    } catch {
      // it has ended meanwhile, or is another user's
      return [];
    }
  });
}

function isAnswering(ask: (program: string, ...args: string[]) => string): boolean {
  try {
    return ask("scontrol", "ping").includes("is UP");
  } catch {
    return false;
  }
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
