/** @file Seeds that are added where they decide something: what they train, and what is left of a study that is stopped among them. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import {
  type SeedsRecord,
  type StudyEvent,
  type StudyInput,
  type StudySummary,
  readSummary,
  recommendStrategies,
  trainOne,
} from "../../src/study/index.ts";
import { tellingDataset } from "./small-dataset.ts";
import { filesIn, newFolder, readJson, resultsOf, resume, run, smallStudy, startProcess } from "./study-folder.ts";
import type { StudyNews } from "./study-process.ts";

const dataset = tellingDataset();
const openData = async (): Promise<{ dataset: typeof dataset }> => ({ dataset });

/** One seed leaves open which of those that transfer is the best. */
function studyOf(own: StudyInput): StudyInput {
  const training = { epochs: 6, batchSize: 8, learningRate: 0.03, optimizer: { name: "sgd" as const, momentum: 0.9 } };
  const trainingOf = { source: { epochs: 2 } };
  const strategies = ["scratch", "full", "nearest-mean", "linear-probe"];
  return smallStudy({ target: [2, 5, 8], source: [0, 9], strategies, training, trainingOf, ...own });
}

const study = studyOf({ seeds: "auto" });

/** The study as it is when nothing stops it. */
interface Whole {
  events: StudyEvent[];
  summary: StudySummary;
  ids: string[];
  /** The first run of the second seed. */
  added: string;
  seeds: SeedsRecord;
  results: Record<string, unknown>;
}

let known: Whole | undefined;

beforeEach(async () => {
  known ??= await runWhole();
});

async function runWhole(): Promise<Whole> {
  const events: StudyEvent[] = [];
  const { directory, summary } = await run(study, { dataset, listener: (event) => void events.push(event) });
  const ids = summary.runs.map(({ id }) => id);
  const added = ids.find((id) => id.endsWith("seed1"));
  if (added === undefined) throw new Error("one seed was enough: the study of this test decides nothing");
  expect(await readSummary(directory)).toEqual(summary);
  return { events, summary, ids, added, seeds: seedsIn(directory), results: resultsOf(directory, ids) };
}

function whole(): Whole {
  if (known === undefined) throw new Error("not run yet");
  return known;
}

function seedsIn(directory: string): SeedsRecord {
  const { rounds, stopped } = readJson<SeedsRecord>(directory, "seeds.json");
  return { rounds, stopped };
}

describe("a study that leaves its seeds to Graft", () => {
  test("trains all strategies once, the cheap ones first, then those in the running again", () => {
    const { ids, seeds, summary } = whole();
    expect(ids.slice(0, 5)).toEqual([
      "M1-source-seed0",
      "M4-nearest-mean-seed0",
      "M5-linear-probe-seed0",
      "M3-full-seed0",
      "M2-scratch-seed0",
    ]);
    const [first, second] = seeds.rounds;
    expect(first).toMatchObject({ seed: 0, strategies: ["source", "scratch", "full", "nearest-mean", "linear-probe"] });
    expect(second.seed).toBe(1);
    expect(second.strategies).not.toContain("scratch");
    expect(second.budgets).toMatchObject([{ imagesPerClass: "all", state: "open" }]);
    for (const { seed, strategies, budgets } of seeds.rounds.slice(1)) {
      const open = budgets.flatMap(({ inTheRunning }) => inTheRunning);
      expect(strategies.filter((name) => name !== "source").sort()).toEqual(open.sort());
      const trained = summary.runs.filter((one) => one.seed === seed).map(({ strategy }) => strategy);
      expect(trained.sort()).toEqual([...strategies].sort());
    }
    expect(summary.seeds).toEqual(seeds.rounds.map(({ seed }) => seed));
    expect(seeds.stopped).not.toBeNull();
  });

  test("tells after each run what to do so far, and of each seed", () => {
    const { events, summary, seeds } = whole();
    const told = events.flatMap((event) => (event.type === "recommendation" ? [event.recommendation] : []));
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.at(-1)).toEqual(summary.recommendations?.[0]);
    expect(summary.recommendations).toEqual(recommendStrategies(summary.runs));
    const decisions = events.flatMap((event) => (event.type === "seeds" ? [event.seeds] : []));
    expect(decisions).toHaveLength(seeds.rounds.length);
    expect(decisions.at(-1)).toEqual(seeds);
    const started = events.flatMap((event) => (event.type === "run-started" ? [event.count] : []));
    expect([started[0], started.at(-1)]).toEqual([5, summary.runs.length]);
  });

  test("trains the bits of a study with fixed seeds", async () => {
    const { ids, results, summary } = whole();
    const { directory } = await run(studyOf({ seeds: summary.seeds }), { dataset });
    expect(resultsOf(directory, ids)).toEqual(results);
    expect(filesIn(directory)).not.toContain("seeds.json");
  });

  test("stops before a seed that would end after its time", async () => {
    const { directory, summary } = await run(studyOf({ seeds: "auto", time: 0.001 }), { dataset });
    expect(summary.seeds).toEqual([0]);
    const { rounds, stopped } = seedsIn(directory);
    expect(rounds).toHaveLength(1);
    expect(stopped).toMatchObject({ code: "time", timeSeconds: 0.001 });
  });
});

describe("stopped among its seeds it", () => {
  const moments: { when: string; isMoment: (news: StudyNews) => boolean }[] = [
    { when: "as the first seed ends", isMoment: ({ run: id, epoch }) => id === "M2-scratch-seed0" && epoch === 6 },
    { when: "as a seed is added", isMoment: ({ type }) => type === "seeds" },
    { when: "in a run of the second", isMoment: ({ run: id, epoch }) => id === "M3-full-seed1" && epoch === 2 },
  ];

  test.each(moments)("$when resumes to the same bits and the same seeds", async ({ isMoment }) => {
    const directory = newFolder();
    const { child, news, ended } = startProcess({ directory, study, threads: 1, telling: true });
    for await (const each of news) if (isMoment(each)) child.kill("SIGKILL");
    await ended;
    expect(child.signalCode).toBe("SIGKILL");
    const { summary } = await resume(directory, { dataset });
    const { ids, results, seeds } = whole();
    expect(summary.runs.map(({ id }) => id)).toEqual(ids);
    expect(resultsOf(directory, ids)).toEqual(results);
    expect(seedsIn(directory)).toEqual(seeds);
  });

  test("trains runs of admitted seeds as units of work, and no others", async () => {
    const { added, results, ids } = whole();
    const directory = newFolder();
    const stop = new AbortController();
    const listener = ({ type }: StudyEvent): void => void (type === "seeds" && stop.abort());
    const { interrupted } = await run(study, { directory, dataset, listener, signal: stop.signal });
    expect(interrupted).toBe(true);
    expect((await trainOne(directory, added, { openData })).status).toBe("done");
    expect(resultsOf(directory, [added])).toEqual({ [added]: results[added] });
    await expect(trainOne(directory, added.replace("seed1", "seed9"), { openData })).rejects.toThrow(
      /expected one of the study's runs \(.*-seed1\), got "M1-source-seed9"\. Name one of them\.$/,
    );
    rmSync(join(directory, "seeds.json"));
    // decided again, by the records alone
    await resume(directory, { dataset });
    expect(resultsOf(directory, ids)).toEqual(results);
  });
});
