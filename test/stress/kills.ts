/**
 * @file Kills a study's process again and again: `node test/stress/kills.ts [random] [aimed] [seed]`.
 *
 * Some kills come at random moments, from the start of the process on; the others as soon as a certain file appears in the
 * study's folder: a lock, what a file is written as before it is renamed, the file itself. After a few kills each study is
 * brought to its end, and must then be bit for bit the one that was never killed, with no file more and none less.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { fileURLToPath } from "node:url";
import { type RandomStream, stream } from "../../src/core/index.ts";
import { holdsStudy } from "../../src/study/index.ts";
import { KILLED_STUDY, filesIn, resultsOf } from "../study/study-results.ts";
import type { StudyJob } from "../study/study-process.ts";

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
type Moment = { afterMs: number } | { target: keyof typeof TARGETS; appearance: number };

const [randomKills = 100, aimedKills = 40, seed = 1] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "graft-kills-"));
try {
  const started = performance.now();
  await work(join(folder, "unbroken"), null);
  const wholeMs = performance.now() - started;
  const expected = outcomeOf(join(folder, "unbroken"));
  const random = stream(seed, "kills");
  await killStudies("at random moments", randomKills, {
    expected,
    momentOf: () => ({ afterMs: random.uniform() * wholeMs }),
  });
  await killStudies("at locks, first writes and renames", aimedKills, { expected, momentOf: () => aim(random) });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Killing {
  expected: object;
  momentOf: () => Moment;
}

/** Kills processes until there were enough; says how many studies ended as they should. */
async function killStudies(where: string, wanted: number, { expected, momentOf }: Killing): Promise<void> {
  const hits = new Map<string, number>();
  let [kills, studies, equal] = [0, 0, 0];
  while (kills < wanted) {
    const directory = join(folder, `study-${studies++}`);
    const moments: Moment[] = [];
    for (let each = 0; each < KILLS_PER_STUDY && kills < wanted; each++) {
      const moment = momentOf();
      if (!(await work(directory, moment))) break;
      kills++;
      moments.push(moment);
      if ("target" in moment) hits.set(moment.target, (hits.get(moment.target) ?? 0) + 1);
    }
    await work(directory, null);
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

/** Begins the study, or goes on with it; true if it was killed at the moment, false if it came to its end before. */
async function work(directory: string, moment: Moment | null): Promise<boolean> {
  mkdirSync(directory, { recursive: true });
  const job: StudyJob = { directory, threads: 1, ...(holdsStudy(directory) ? {} : { study: KILLED_STUDY }) };
  const program = fileURLToPath(new URL("../study/study-process.ts", import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(job)], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "close");
  const kill = (): void => void child.kill("SIGKILL");
  const stop = moment === null ? () => {} : arm(directory, moment, kill);
  await ended;
  stop();
  if (child.signalCode === "SIGKILL") return true;
  if (child.exitCode !== 0)
    throw new Error(`seed ${seed}: expected the study to go on, got exit code ${child.exitCode}`);
  return false;
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
  return { target: targets[random.integer(targets.length)], appearance: 1 + random.integer(3) };
}

function outcomeOf(directory: string): object {
  return { results: resultsOf(directory), files: filesIn(directory) };
}
