/**
 * @file Kills a study's process again and again: `node test/stress/kills.ts [random] [aimed] [seed] [crew]`.
 *
 * Some kills come at random moments, from the start of the process on; the others as soon as a certain file appears in the
 * study's folder: a lock, what a file is written as before it is renamed, the file itself. The last kills are of studies
 * that two workers train: one of them, or the process that coordinates them. After a few kills each study is brought to
 * its end, and must then be bit for bit the one that was never killed, with no file more and none less.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type RandomStream, stream } from "../../src/core/index.ts";
import { holdsStudy } from "../../src/study/index.ts";
import { KILLED_STUDY, filesIn, resultsOf } from "../study/study-results.ts";
import type { StudyJob } from "../study/study-process.ts";
import { setup as bundlePrograms, studyProgram } from "../support/graft-program.ts";

const KILLS_PER_STUDY = 5;

/** What kills are aimed at: names of files that appear. */
const TARGETS = {
  "the study's lock being written": /^study\.lock\.[^n]/,
  "the study's lock": /^study\.lock$/,
  "a run's lock being written": /run\.lock\.[^n]/,
  "a run's lock": /run\.lock$/,
  "the study's file being written": /^study\.json\.\d+$/,
  "the study's file": /^study\.json$/,
  "a run's first record being written": /run\.json\.\d+$/,
  "a history being written": /history\.jsonl\.\d+$/,
  "a checkpoint being written": /checkpoint\.safetensors\.\d+$/,
  "a checkpoint": /checkpoint\.safetensors$/,
  "a model being written": /model\.onnx\.\d+$/,
  "the summary being written": /^summary\.json\.\d+$/,
  "the analysis": /^analysis\.json$/,
} satisfies Record<string, RegExp>;

/** When a process is killed. */
type Moment =
  | { afterMs: number; victim: "coordinator" | "worker" }
  | { target: keyof typeof TARGETS; appearance: number; victim: "coordinator" };

const [randomKills = 100, aimedKills = 40, seed = 1, crewKills = 40] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "graft-kills-"));
try {
  await bundlePrograms();
  const started = performance.now();
  await work(join(folder, "unbroken"), { moment: null, jobs: 1 });
  const wholeMs = performance.now() - started;
  const expected = outcomeOf(join(folder, "unbroken"));
  const random = stream(seed, "kills");
  await killStudies("at random moments", randomKills, {
    expected,
    momentOf: () => ({ afterMs: random.uniform() * wholeMs, victim: "coordinator" }),
  });
  await killStudies("at locks, first writes and renames", aimedKills, { expected, momentOf: () => aim(random) });
  await killStudies("of two workers or the process that coordinates them", crewKills, {
    expected,
    jobs: 2,
    // two processes start before anything is trained
    momentOf: () => ({
      afterMs: random.uniform() * 2 * wholeMs,
      victim: random.uniform() < 0.5 ? "worker" : "coordinator",
    }),
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Killing {
  expected: object;
  momentOf: () => Moment;
  jobs?: number;
}

/** Kills processes until there were enough; says how many studies ended as they should. */
async function killStudies(where: string, wanted: number, { expected, momentOf, jobs = 1 }: Killing): Promise<void> {
  const hits = new Map<string, number>();
  let [kills, studies, equal] = [0, 0, 0];
  while (kills < wanted) {
    const directory = join(folder, `study-${studies++}`);
    const moments: Moment[] = [];
    for (let each = 0; each < KILLS_PER_STUDY && kills < wanted; each++) {
      const moment = momentOf();
      if (!(await work(directory, { moment, jobs }))) break;
      kills++;
      moments.push(moment);
      if ("target" in moment) hits.set(moment.target, (hits.get(moment.target) ?? 0) + 1);
    }
    await work(directory, { moment: null, jobs });
    const isEqual = isDeepStrictEqual(outcomeOf(directory), expected);
    if (isEqual) equal++;
    else console.log(`differs (seed ${seed}) after kills ${JSON.stringify(moments)}: ${filesIn(directory).join(" ")}`);
    rmSync(directory, { recursive: true });
  }
  console.log(
    `${where}: ${kills} kills of ${studies} studies, ${equal} bit for bit as the one never killed (seed ${seed})`,
  );
  for (const [target, times] of hits) console.log(`  ${times} x ${target}`);
  if (equal !== studies) process.exitCode = 1;
}

/** Begins the study, or goes on with it; true if a process was killed at the moment, false if it came to its end before. */
async function work(directory: string, { moment, jobs }: { moment: Moment | null; jobs: number }): Promise<boolean> {
  mkdirSync(directory, { recursive: true });
  const job: StudyJob = { directory, threads: 1, jobs, ...(holdsStudy(directory) ? {} : { study: KILLED_STUDY }) };
  const child = spawn(process.execPath, [studyProgram, JSON.stringify(job)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "close");
  let isKilled = false;
  const kill = (): void => {
    isKilled = moment?.victim === "worker" ? killWorkerIn(directory) : child.kill("SIGKILL");
  };
  const stop = moment === null ? () => {} : arm(directory, moment, kill);
  await ended;
  stop();
  if (child.signalCode !== "SIGKILL" && child.exitCode !== 0)
    throw new Error(`seed ${seed}: expected the study to go on, got exit code ${child.exitCode}`);
  return isKilled;
}

/** One that trains a run now; false if there is none, or it has ended by itself. */
function killWorkerIn(directory: string): boolean {
  const [path] = globSync("runs/*/run.lock", { cwd: directory });
  try {
    const holder = path === undefined ? undefined : readFileSync(join(directory, path), "utf8");
    return holder !== undefined && process.kill((JSON.parse(holder) as { pid: number }).pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** Calls `kill` at the moment, unless it is stopped before. */
function arm(directory: string, moment: Moment, kill: () => void): () => void {
  if ("afterMs" in moment) {
    const timer = setTimeout(kill, moment.afterMs);
    return () => clearTimeout(timer);
  }
  let seen = 0;
  const watcher = watch(directory, { recursive: true }, (_event, name) => {
    if (TARGETS[moment.target].test(name ?? "") && ++seen === moment.appearance) kill();
  });
  return () => watcher.close();
}

function aim(random: RandomStream): Moment {
  const targets = Object.keys(TARGETS) as (keyof typeof TARGETS)[];
  return {
    target: targets[random.integer(targets.length)],
    appearance: 1 + random.integer(3),
    victim: "coordinator",
  };
}

function outcomeOf(directory: string): object {
  return { results: resultsOf(directory), files: filesIn(directory) };
}
