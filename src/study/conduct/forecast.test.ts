import { expect, test } from "vitest";
import { smallDataset } from "../../../test/study/small-dataset.ts";
import { newFolder, run, smallStudy } from "../../../test/study/study-folder.ts";
import type { StudyInput } from "../file/schema.ts";
import type { StudyForecast } from "../records/events.ts";
import { forecastStudy } from "./forecast.ts";
import { preparedStudy } from "./prepared-study.fixture.ts";
import { piecesAhead } from "./study-clock.ts";

/** What is told before the study in a folder begins, or goes on. */
async function told(fields: StudyInput, directory = newFolder()) {
  const { context, events } = await preparedStudy(smallStudy(fields), { dataset: smallDataset(), directory });
  await forecastStudy(context);
  const [forecast] = events.flatMap((event): StudyForecast[] => (event.type === "forecast" ? [event.forecast] : []));
  return { context, forecast, types: events.map(({ type }) => type) };
}

test("says what each strategy trains, in how many runs and steps, and how long all of it takes", async () => {
  const fields: StudyInput = {
    strategies: ["scratch", "last-layer", "linear-probe"],
    seeds: 2,
    training: { epochs: 3 },
  };
  const { forecast, types, context } = await told(fields);
  expect(types).toEqual(["stage", "forecast"]);
  // 8 source classes and 2 of the target, 16 images each, in batches of 16
  const steps = { source: 2 * 3 * 8, target: 2 * 3 * 2 };
  const all = ["conv1", "conv2", "conv3", "conv4", "dense1", "dense2"];
  expect(forecast.strategies).toEqual([
    { strategy: "source", runs: 2, layers: all, everything: true, solved: false, steps: steps.source },
    { strategy: "scratch", runs: 2, layers: all, everything: true, solved: false, steps: steps.target },
    { strategy: "last-layer", runs: 2, layers: ["dense2"], everything: false, solved: false, steps: steps.target },
    { strategy: "linear-probe", runs: 2, layers: ["dense2"], everything: false, solved: true, steps: 0 },
  ]);
  const { lowMs = 0, highMs = 0 } = forecast.time ?? {};
  expect(lowMs).toBeGreaterThan(0);
  // nobody knows the time of a machine to better than a factor of 1.35, up or down
  expect(highMs).toBeGreaterThan(1.8 * lowMs);
  const expected = context.costs.timeOf(piecesAhead(context)) ?? 0;
  expect(lowMs < expected && expected < highMs).toBe(true);
  expect(forecast.moreSeeds).toBeNull();
});

test("where seeds are left to Graft, says how many may follow and how long all may take together", async () => {
  const { forecast } = await told({ strategies: ["scratch", "last-layer"], seeds: "auto" });
  const { most, highMs } = forecast.moreSeeds ?? { most: 0, highMs: null };
  expect(most).toBeGreaterThan(0);
  expect(highMs).toBeCloseTo((forecast.time?.highMs ?? NaN) * (1 + most), 3);
});

test("a time limit bounds the seeds that may follow, or leaves none", async () => {
  const fields: StudyInput = { strategies: ["scratch", "last-layer"], seeds: "auto" };
  const { forecast: unlimited } = await told(fields);
  const limitMs = 3 * (unlimited.time?.highMs ?? NaN);
  const { forecast } = await told({ ...fields, time: limitMs / 1000 });
  expect(forecast.moreSeeds?.highMs).toBeCloseTo(Math.max(forecast.time?.highMs ?? NaN, limitMs), 3);
  expect((await told({ ...fields, time: 0.001 })).forecast.moreSeeds).toBeNull();
});

test("runs that are over are left out, and a study without others is told nothing", async () => {
  const fields: StudyInput = { strategies: ["scratch", "last-layer"] };
  const controller = new AbortController();
  const { directory } = await run(smallStudy(fields), {
    listener: (event) => {
      if (event.type === "run-finished" && event.run.model === "M2") controller.abort();
    },
    signal: controller.signal,
  });
  const { forecast } = await told(fields, directory);
  expect(forecast.strategies.map(({ strategy, runs }) => [strategy, runs])).toEqual([["last-layer", 1]]);

  const { directory: whole } = await run(smallStudy(fields));
  expect((await told(fields, whole)).types).toEqual([]);
});
