import { describe, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { drawnProblem, logitsOf, rowsIn, softmax, solved, valuesOf } from "./probe-data.fixture.ts";
import { type ProbeProblem, solveProbe } from "./solve-probe.ts";
import { standardizationOf, standardizeRows } from "./standardization.ts";

const session = { threads: 1 };

function problemOf(shape: Parameters<typeof drawnProblem>[0], place = (value: number) => value): ProbeProblem {
  const { rows, ...rest } = drawnProblem(shape);
  return { ...rest, features: rowsIn(valuesOf(rows).map(place), shape.width), seed: 3 };
}

const shape = { seed: 41, count: 80, width: 10, numClasses: 4 };
const problem = problemOf(shape);

function closeTogether(some: readonly number[][], others: readonly number[][], tolerance: number): void {
  some.forEach((row, index) =>
    row.forEach((value, unit) => expect(Math.abs(value - others[index][unit])).toBeLessThan(tolerance)),
  );
}

describe("solveProbe", () => {
  test("of features as they are gives the logits of the solution for standardized ones", async () => {
    const shifted = problemOf(shape, (value) => 40 + 3 * value);
    const classWeights = [1, 2, 0.5, 1];
    const { weight, bias, converged, strength } = await solveProbe(
      { ...shifted, classWeights },
      { strength: 0.7, session },
    );
    expect([converged, strength]).toEqual([true, 0.7]);
    const rows = standardizeRows(shifted.features, standardizationOf(shifted.features));
    const { point } = await solved({ rows, labels: shifted.labels, numClasses: 4, classWeights }, 0.7);
    const expected = logitsOf(rows, { weight: point.subarray(0, 40), bias: point.subarray(40) });
    // the fold's own rounding: weights of 1, features of 40, float32
    closeTogether(logitsOf(shifted.features, { weight, bias }).map(softmax), expected.map(softmax), 1e-4);
  });

  test("roughly takes fewer iterations, and answers nearly the same", async () => {
    const exact = await solveProbe(problem, { strength: 10, session });
    const rough = await solveProbe(problem, { strength: 10, precision: "rough", session });
    expect(rough.iterations).toBeLessThan(exact.iterations);
    expect(rough.converged).toBe(true);
    const answers = [exact, rough].map((solution) => logitsOf(problem.features, solution).map(softmax));
    closeTogether(answers[0], answers[1], 0.01);
  });

  test("does not mind the units of the features", async () => {
    const there = problemOf(shape, (value) => 1e-3 * value - 0.01);
    const [here, other] = [await solveProbe(problem, { session }), await solveProbe(there, { session })];
    expect(other.strength).toBe(here.strength);
    closeTogether(
      logitsOf(there.features, other).map(softmax),
      logitsOf(problem.features, here).map(softmax),
      // float32 features of another rounding, searches that end a little apart
      1e-3,
    );
  });

  test("says how the training images and those held out are answered", async () => {
    const probe = await solveProbe(problem, { session });
    const logits = logitsOf(problem.features, probe);
    const losses = logits.map((row, index) => -Math.log(softmax(row)[problem.labels[index]]));
    const hits = logits.filter((row, index) => row.indexOf(Math.max(...row)) === problem.labels[index]);
    expect(probe.trainLoss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 80, 5);
    expect(probe.trainAccuracy).toBe(hits.length / 80);
    expect(probe.converged).toBe(true);
    const chosen = probe.trials.find(({ strength }) => strength === probe.strength);
    expect(probe.crossValidated?.logLoss).toBeCloseTo(chosen?.logLoss ?? 0, 9);
    expect(probe.crossValidated?.logLoss).toBeGreaterThan(probe.trainLoss);
    expect(probe.crossValidated?.accuracy).toBeLessThanOrEqual(probe.trainAccuracy);
  });

  test("gives the same bits every time, whatever the device", async () => {
    const first = await solveProbe(problem, { session });
    expect(await solveProbe(problem, { session })).toEqual(first);
    expect(await solveProbe(problem, { session: { ...session, device: "webgpu" } })).toEqual(first);
  });

  test("takes a sensible strength where nothing can be held out", async () => {
    const rows = rowsIn([1, 0, 0, 0, 1, 0, 0, 0, 1], 3);
    const probe = await solveProbe({ features: rows, labels: [2, 0, 1], numClasses: 3, seed: 1 }, { session });
    expect(probe).toMatchObject({ trials: [], crossValidated: null, converged: true, trainAccuracy: 1 });
    expect(probe.strength).toBeCloseTo(1 / 3, 12);
  });

  test("counts the features that vary alone", async () => {
    const values = [1, 5, 0, 0, 2, 5, 0, 0, 3, 5, 0, 0];
    const probe = await solveProbe(
      { features: rowsIn(values, 4), labels: [0, 1, 2], numClasses: 3, seed: 1 },
      { session },
    );
    expect(probe.strength).toBe(1);
    expect([...probe.weight].filter((value, place) => place % 4 !== 0 && value !== 0)).toEqual([]);
  });

  test("answers with every class, those without images too", async () => {
    const labels = Array.from(problem.labels, (label) => [1, 2, 4, 6][label]);
    const wide = await solveProbe({ ...problem, labels, numClasses: 8 }, { strength: 0.1, session });
    const narrow = await solveProbe(problem, { strength: 0.1, session });
    expect([wide.weight.length, wide.bias.length]).toEqual([80, 8]);
    expect(wide.trainLoss).toBe(narrow.trainLoss);
    const probabilities = logitsOf(problem.features, wide).map(softmax);
    for (const row of probabilities) for (const label of [0, 3, 5, 7]) expect(row[label]).toBeLessThan(1 / 81);
  });

  test("answers with the one class that has images", async () => {
    const probe = await solveProbe({ ...problem, labels: Array.from({ length: 80 }, () => 1) }, { session });
    expect(probe).toMatchObject({ converged: true, trainLoss: 0, trainAccuracy: 1 });
    for (const row of logitsOf(problem.features, probe)) expect(row.indexOf(Math.max(...row))).toBe(1);
  });

  test("answers with the classes' shares where no feature varies", async () => {
    const labels = [0, 0, 0, 1];
    const features = rowsIn([7, 7, 7, 7], 1);
    const { weight, bias } = await solveProbe({ features, labels, numClasses: 2, seed: 1 }, { session });
    const [probabilities] = logitsOf(features, { weight, bias }).map(softmax);
    expect(probabilities[0]).toBeCloseTo(0.75, 5);
  });

  test("solves fewer images than features", async () => {
    const few = problemOf({ seed: 44, count: 24, width: 200, numClasses: 2 });
    const probe = await solveProbe(few, { session });
    expect(probe.converged).toBe(true);
    expect(probe.trainAccuracy).toBe(1);
  });

  test("refuses no images, and strengths that are none", async () => {
    const none = { features: rowsIn([], 1), labels: [], numClasses: 2, seed: 1 };
    await expect(solveProbe({ ...none, features: { ...none.features, count: 0 } }, { session })).rejects.toThrow(
      new ConfigError("linear probe: expected at least one image, got none."),
    );
    for (const strength of [0, -1, Number.NaN, Infinity]) {
      await expect(solveProbe(problem, { strength, session })).rejects.toThrow(
        new ConfigError(`linear probe: expected a strength above 0, got ${strength}. Leave it out to have it chosen.`),
      );
    }
  });
});
