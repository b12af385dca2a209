import { afterEach, describe, expect, test } from "vitest";
import { hashSymmetric } from "../../../../test/golden/hash-data.ts";
import { drawnProblem, logitsOf, softmax } from "../probe-data.fixture.ts";
import { standardizationOf, standardizeRows } from "../standardization.ts";
import { type LogisticLoss, type LogisticLossOptions, createLogisticLoss } from "./logistic-loss.ts";

const shape = { seed: 11, count: 37, width: 5, numClasses: 3 };
const problem = drawnProblem(shape);
const { count, width, numClasses } = shape;
const even = new Float32Array(count).fill(1);
const uneven = Float32Array.from({ length: count }, (_, row) => (row % 4) / 2);
const point = Float64Array.from(hashSymmetric(12, numClasses * (width + 1), 1));
const otherPoint = Float64Array.from(hashSymmetric(13, numClasses * (width + 1), 2));

let loss: LogisticLoss;
afterEach(() => loss.close());

async function lossOf(options: Partial<LogisticLossOptions> = {}): Promise<LogisticLoss> {
  loss = await createLogisticLoss({ ...problem, rowWeights: [even, uneven], ...options }, { threads: 1 });
  return loss;
}

function classifierOf(values: Float64Array): { weight: Float64Array; bias: Float64Array } {
  return { weight: values.subarray(0, numClasses * width), bias: values.subarray(numClasses * width) };
}

describe("createLogisticLoss", () => {
  test("gives the cross-entropy, hits and curvatures of every classifier", async () => {
    const evaluations = await (await lossOf()).evaluate([point, otherPoint]);
    const cases = [
      { at: point, weights: even, evaluation: evaluations[0] },
      { at: otherPoint, weights: uneven, evaluation: evaluations[1] },
    ];
    for (const { at, weights, evaluation } of cases) {
      const probabilities = logitsOf(problem.rows, classifierOf(at)).map(softmax);
      const losses = probabilities.map((row, index) => -Math.log(row[problem.labels[index]]));
      // float32 products of numbers around 1
      losses.forEach((value, row) => expect(evaluation.rowLosses[row]).toBeCloseTo(value, 5));
      expect(evaluation.loss).toBeCloseTo(
        losses.reduce((sum, value, row) => sum + weights[row] * value, 0),
        4,
      );
      expect([...evaluation.rowHits]).toEqual(
        probabilities.map((row, index) => (row.indexOf(Math.max(...row)) === problem.labels[index] ? 1 : 0)),
      );
      const sumOver = (of: (row: number[]) => number): number =>
        probabilities.reduce((sum, row, index) => sum + weights[index] * of(row), 0);
      for (let a = 0; a < numClasses; a++) {
        expect(evaluation.curvature[a]).toBeCloseTo(
          sumOver((row) => row[a] * (1 - row[a])),
          4,
        );
        for (let b = 0; b < numClasses; b++) {
          expect(evaluation.products?.[a * numClasses + b]).toBeCloseTo(
            sumOver((row) => row[a] * row[b]),
            4,
          );
        }
      }
    }
  });

  test.each([
    { what: "features as they are", standardizations: undefined },
    {
      what: "features that each classifier standardizes",
      standardizations: [even, uneven].map((weights) => standardizationOf(problem.rows, weights)),
    },
  ])("has the gradient of the loss: $what", async ({ standardizations }) => {
    const { evaluate } = await lossOf(standardizations === undefined ? {} : { standardizations });
    const analytic = await evaluate([point, otherPoint]);
    // float32 loses digits in smaller steps, the loss's bends in larger ones
    const step = 1e-2;
    for (let place = 0; place < point.length; place++) {
      const moved = (values: Float64Array, by: number): Float64Array =>
        values.map((value, index) => (index === place ? value + by : value));
      const above = await evaluate([moved(point, step), moved(otherPoint, step)]);
      const below = await evaluate([moved(point, -step), moved(otherPoint, -step)]);
      for (const [index, { gradient }] of analytic.entries()) {
        const numeric = (above[index].loss - below[index].loss) / (2 * step);
        expect(Math.abs(gradient[place] - numeric)).toBeLessThan(3e-3);
      }
    }
  });

  test("sees standardized features where a classifier standardizes them", async () => {
    const standardization = standardizationOf(problem.rows, uneven);
    const within = { rowWeights: [uneven], standardizations: [standardization] };
    const [ofRows] = await (await lossOf(within)).evaluate([point]);
    await loss.close();
    const rows = standardizeRows(problem.rows, standardization);
    const [ofStandardized] = await (await lossOf({ rows, rowWeights: [uneven] })).evaluate([point]);
    expect(ofRows.loss).toBeCloseTo(ofStandardized.loss, 4);
    ofStandardized.gradient.forEach((value, place) => expect(ofRows.gradient[place]).toBeCloseTo(value, 4));
  });

  test("keeps the digits of residuals where every row is surely right", async () => {
    const sure = drawnProblem({ seed: 5, count: 8, width: 1, numClasses: 2 });
    const rows = { ...sure.rows, read: (_: Uint32Array, into: Float32Array): void => void into.fill(1) };
    const options = { ...sure, rows, labels: sure.labels.map(() => 0), rowWeights: [new Float32Array(8).fill(1)] };
    const [{ gradient }] = await (await lossOf(options)).evaluate([Float64Array.from([10, -10, 0, 0])]);
    // 1 - p is below what float32 tells from 1
    const residual = 1 / (1 + Math.exp(20));
    expect(gradient[0] / (-8 * residual)).toBeCloseTo(1, 5);
    expect(gradient[1] / (8 * residual)).toBeCloseTo(1, 5);
  });

  test("is the same, to the bit, whether rows are kept or read again, in one block or several", async () => {
    const large = drawnProblem({ seed: 7, count: 1000, width: 1280, numClasses: 2 });
    const options = { ...large, rowWeights: [new Float32Array(1000).fill(1)] };
    const at = Float64Array.from(hashSymmetric(14, 2 * 1281, 0.1));
    const [kept] = await (await lossOf(options)).evaluate([at]);
    await loss.close();
    const [read] = await (await lossOf({ ...options, memoryLimitBytes: 0 })).evaluate([at]);
    expect(read).toEqual(kept);
    expect(kept.rowLosses[999]).toBeGreaterThan(0);
  });

  test("leaves classifiers out that have no point", async () => {
    const [, known] = await (await lossOf()).evaluate([point, otherPoint]);
    const [, alone] = await loss.evaluate([null, otherPoint]);
    expect(alone).toEqual(known);
  });
});
