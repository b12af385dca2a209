/** @file Workers of this machine leave what one process leaves, whatever becomes of them. */

import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { stream } from "../../src/core/index.ts";
import { localCrew } from "../../src/dispatch/index.ts";
import { resultsCsv } from "../../src/report/index.ts";
import {
  type Crew,
  type CrewMaker,
  type SeedsRecord,
  type StudyEvent,
  type StudyInput,
  type StudyOutcome,
  type StudySummary,
  type StudyWorker,
  joinStudy,
} from "../../src/study/index.ts";
import { smallDataset, tellingDataset } from "../study/small-dataset.ts";
import {
  CLASSIC_RUNS,
  KILLED_STUDY,
  newFolder,
  readJson,
  resultsOf,
  resume,
  run,
  smallStudy,
} from "../study/study-folder.ts";
import { workProgram } from "../support/graft-program.ts";
import type { WorkJob } from "./work-process.ts";

// dozens of runs in several processes, on a machine that may be busy
vi.setConfig({ testTimeout: 240_000 });

function crew(jobs: number, job: WorkJob = {}): CrewMaker {
  return localCrew({ jobs, program: [process.execPath, workProgram, JSON.stringify(job)] });
}

/** Tuned and not, solved and not, on features and on images, and runs that start from runs that start from a source. */
const study = smallStudy({
  target: [2, 5],
  seeds: 2,
  imagesPerClass: [8, 26],
  strategies: ["scratch", "linear-probe", "last-layer", "full", "probe-then-full", "B2B"],
  tuning: { factors: [1, 100], epochs: 1, compute: 0.1 },
  training: { learningRate: "auto", optimizer: "auto", transferredRate: "auto", statistics: "auto" },
});
const images = { trainImagesPerClass: 30 };
const dataset = smallDataset(images);

let killedStudy: Promise<object> | undefined;
/** What the study whose workers are killed leaves from one process. */
const unbroken = (): Promise<object> => (killedStudy ??= run(KILLED_STUDY).then(findings));

/** What must be the same: bytes of weights and models, histories, proofs, and all that is found without a clock. */
function findings({ directory, summary }: { directory: string; summary: StudySummary }): object {
  const finished = summary.runs.filter(({ status }) => status === "done").map(({ id }) => id);
  const { transferability, featureMaps, firstFilters, seeds, epochs, batchSize } = summary;
  return {
    results: resultsOf(directory, finished),
    csv: withoutTimes(resultsCsv(summary)),
    runs: summary.runs.map(({ status, failure, training, sourceProbe, outcome }) => ({
      status,
      failure,
      training,
      sourceProbe,
      outcome,
    })),
    tuning: summary.tuning.map(({ durationMs: _duration, ...rest }) => rest),
    transferability,
    featureMaps,
    firstFilters,
    plan: { seeds, epochs, batchSize },
  };
}

function withoutTimes(csv: string): string[] {
  const [head, ...rows] = csv
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const timed = new Set(head.flatMap((name, at) => (/_ms$|_per_second$/.test(name) ? [at] : [])));
  expect(timed.size).toBeGreaterThan(0);
  return [head, ...rows].map((cells) => cells.filter((_, at) => !timed.has(at)).join(","));
}

describe("a study of two levels of transfer, tuned, at two budgets", () => {
  test("is the same from three workers as from one process", async () => {
    const jobs = 3;
    const events: StudyEvent[] = [];
    const outcome = await run(study, {
      dataset,
      crew: crew(jobs, images),
      listener: (event) => void events.push(event),
    });
    expect(findings(outcome)).toEqual(findings(await run(study, { dataset })));
    expect(outcome.summary.runs.length).toBeGreaterThanOrEqual(25);
    expect(outcome.summary.machine.jobs).toBe(jobs);
    expect(mostAtOnce(events)).toBe(jobs);
    const started = events.flatMap((event) => (event.type === "run-started" ? [event.run.id] : []));
    expect(new Set(started).size).toBe(started.length);
  });
});

test("it does not matter in which order units end", async () => {
  const few: StudyInput = { ...study, imagesPerClass: 26, strategies: ["scratch", "last-layer", "probe-then-full"] };
  const expected = findings(await run(few, { dataset }));
  expect(findings(await run(few, { dataset, crew: shuffledCrew(4, 1) }))).toEqual(expected);
});

/** Runs that had started and were not finished. */
function mostAtOnce(events: readonly StudyEvent[]): number {
  const underWay = new Set<string>();
  let most = 0;
  for (const event of events) {
    if (event.type === "run-started") underWay.add(event.run.id);
    if (event.type === "run-finished") underWay.delete(event.run.id);
    most = Math.max(most, underWay.size);
  }
  return most;
}

/** As many workers in this process, of which any may be the next to get on. */
function shuffledCrew(size: number, seed: number): CrewMaker {
  const random = stream(seed, "crew");
  return {
    size,
    assemble: ({ directory }): Crew => {
      const workers = new Map<number, StudyWorker>();
      const waiting: (() => Promise<void>)[] = [];
      let isBusy = false;
      const getOn = async (): Promise<void> => {
        if (isBusy) return;
        isBusy = true;
        // everybody who is free is given something first
        await new Promise((resolve) => setImmediate(resolve));
        while (waiting.length > 0) await waiting.splice(random.integer(waiting.length), 1)[0]();
        isBusy = false;
      };
      return {
        size,
        work: (place, unit) =>
          new Promise((resolve, reject) => {
            waiting.push(async () => {
              const worker =
                workers.get(place) ?? (await joinStudy(directory, { openData: async () => ({ dataset }) }));
              workers.set(place, worker);
              await worker.work(unit).then(resolve, reject);
            });
            void getOn();
          }),
        close: async () => workers.forEach((worker) => worker.close()),
      };
    },
  };
}

describe("a worker that is killed", () => {
  const [source, scratch] = CLASSIC_RUNS;

  test.each([
    ["in the middle of a run", { type: "epoch", run: source, epoch: 2 }],
    ["before the first step of a run", { type: "run-started", run: scratch }],
    ["after the last word on a run", { type: "run-finished", run: source }],
  ])("%s is replaced, and its run goes on to the same bits", async (_, dies) => {
    const directory = newFolder();
    const oncePath = join(dirname(directory), "died");
    const outcome = await run(KILLED_STUDY, { directory, crew: crew(2, { dies: { ...dies, oncePath } }) });
    expect(outcome.interrupted).toBe(false);
    expect(findings(outcome)).toEqual(await unbroken());
  });

  test("again and again ends the study in a sentence; what is done stays", async () => {
    const directory = newFolder();
    const dying = run(KILLED_STUDY, { directory, crew: crew(2, { dies: { type: "run-started", run: scratch } }) });
    await expect(dying).rejects.toThrow(
      `${scratch}: expected a worker that comes to its end, got 4 that were lost (SIGKILL). ` +
        `Where memory is short, fewer workers need less: graft resume ${directory} --jobs 1.`,
    );
    const resumed = await resume(directory);
    expect(findings({ directory, ...resumed })).toEqual(await unbroken());
  });
});

test("a source that diverges fails with those that start from it, and the others are done", async () => {
  const diverging = smallStudy({ trainingOf: { source: { learningRate: 1e6 } } });
  const outcome = await run(diverging, { crew: crew(2) });
  expect(outcome.summary.runs.map(({ status }) => status)).toEqual(["failed", "done", "failed", "failed"]);
  expect(findings(outcome)).toEqual(findings(await run(diverging)));
});

test("a worker that cannot open the study ends it in the worker's own sentence", async () => {
  const failing = run(KILLED_STUDY, { crew: crew(2, { trainImagesPerClass: 17 }) });
  await expect(failing).rejects.toThrow(/expected the images that the study/);
});

test("a program that is no worker is lost at once, and the sentence says how", async () => {
  const none = localCrew({ jobs: 2, program: [process.execPath, "--eval", "process.exit(3)", "--"] });
  await expect(run(KILLED_STUDY, { crew: none })).rejects.toThrow("got 4 that were lost (exit code 3).");
});

test("seeds that are left to Graft are added as one process adds them", async () => {
  const telling = tellingDataset();
  const training = { epochs: 6, batchSize: 8, learningRate: 0.03, optimizer: { name: "sgd" as const, momentum: 0.9 } };
  const strategies = ["scratch", "full", "nearest-mean", "linear-probe"];
  const fields = { target: [2, 5, 8], source: [0, 9], strategies, seeds: "auto" } satisfies StudyInput;
  const auto = smallStudy({ ...fields, training, trainingOf: { source: { epochs: 2 } } });
  const [one, two] = [
    await run(auto, { dataset: telling }),
    await run(auto, { dataset: telling, crew: crew(2, { telling: true }) }),
  ];
  const roundsOf = ({ directory }: { directory: string }) =>
    readJson<SeedsRecord>(directory, "seeds.json").rounds.map(({ seed, strategies: chosen }) => ({ seed, chosen }));
  expect(roundsOf(two).length).toBeGreaterThan(1);
  expect(roundsOf(two)).toEqual(roundsOf(one));
  expect(findings(two)).toEqual(findings(one));
});

test("a study of workers that is stopped goes on to the same bits, by one process or others", async () => {
  const stop = new AbortController();
  const directory = newFolder();
  const listener = (event: StudyEvent): void => {
    if (event.type === "epoch" && event.record.epoch === 2) stop.abort(new Error("enough"));
  };
  const stopped: StudyOutcome = await run(KILLED_STUDY, { directory, crew: crew(2), listener, signal: stop.signal });
  expect(stopped.interrupted).toBe(true);
  expect(stopped.summary.finishedAt).toBeNull();
  const { summary } = await resume(directory, { crew: crew(2) });
  expect(findings({ directory, summary })).toEqual(await unbroken());
});
