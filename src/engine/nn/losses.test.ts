/** @file Losses and their gradients, against PyTorch's; the count of correct answers by hand. */

import { describe, expect, test } from "vitest";
import { readTrajectories } from "../../../test/golden/trajectories.ts";
import { buildGraph, runGraph } from "../../../test/support/run-graph.ts";
import { ConfigError, GraphError, float32, int64 } from "../../core/index.ts";
import { gradient } from "../autodiff/index.ts";
import { Operations } from "../onnx/index.ts";
import { readMixup } from "../../../test/golden/mixup.ts";
import { countCorrect, meanCrossEntropy, softmaxCrossEntropy } from "./losses.ts";

const golden = readTrajectories().losses;
const [rows, classes] = [golden.logits.length, golden.logits[0].length];
const logits = float32(golden.logits.flat(), [rows, classes]);
const labels = int64(golden.labels);

describe.each(golden.cases)(
  "softmaxCrossEntropy with label smoothing $smoothing",
  ({ smoothing, loss, gradient: expected }) => {
    test("has PyTorch's mean and gradient", async () => {
      const graph = buildGraph([logits, labels], (g, [x, y]) => {
        const mean = g.reduceMean(softmaxCrossEntropy(g, x, { labels: y, smoothing }), [0]);
        return [mean, ...gradient(g, mean, [x])];
      });
      const [found, grad] = await runGraph(graph, [logits, labels]);
      // logits of up to 4 in float32, and sums over 5 classes and 6 rows
      expect(Math.abs(Number(found.data[0]) - loss)).toBeLessThan(2e-6);
      expect(grad.shape).toEqual([rows, classes]);
      Array.from(grad.data, Number).forEach((value, index) => {
        expect(Math.abs(value - expected.flat()[index])).toBeLessThan(2e-7);
      });
    });
  },
);

describe("meanCrossEntropy", () => {
  const { losses } = readMixup();
  const rowsOfLogits = float32(losses.logits.flat(), [losses.logits.length, losses.classWeights.length]);
  const wanted = int64(losses.labels);
  const { classWeights } = losses;

  test.each(losses.cases)("has PyTorch's weighted mean and gradient with smoothing $smoothing", async (expected) => {
    const { smoothing } = expected;
    const graph = buildGraph([rowsOfLogits, wanted], (g, [x, y]) => {
      const mean = meanCrossEntropy(g, x, { labels: y, smoothing, classWeights });
      return [mean, ...gradient(g, mean, [x])];
    });
    const [found, grad] = await runGraph(graph, [rowsOfLogits, wanted]);
    expect(found.shape).toEqual([]);
    // logits of up to 4 in float32, and weights of up to 3.25
    expect(Math.abs(Number(found.data[0]) - expected.loss)).toBeLessThan(4e-6);
    Array.from(grad.data, Number).forEach((value, index) => {
      expect(Math.abs(value - expected.gradient.flat()[index])).toBeLessThan(4e-7);
    });
  });

  test("is the mean of the samples' losses without weights", async () => {
    const graph = buildGraph([logits, labels], (g, [x, y]) => [
      meanCrossEntropy(g, x, { labels: y, smoothing: 0.1 }),
      g.reduceMean(softmaxCrossEntropy(g, x, { labels: y, smoothing: 0.1 }), [0]),
    ]);
    const [mean, ofLosses] = await runGraph(graph, [logits, labels]);
    expect(Number(mean.data[0])).toBe(Number(ofLosses.data[0]));
  });

  test("refuses weights for another number of classes", () => {
    const g = new Operations();
    const targets = { labels: g.input("labels", "int64", [2]), classWeights: [1, 2] };
    expect(() => meanCrossEntropy(g, g.input("logits", "float32", [2, 3]), targets)).toThrow(
      new GraphError("loss: expected a weight for each of 3 classes, got 2."),
    );
  });
});

test("softmaxCrossEntropy stays finite for logits that are far apart", async () => {
  const far = float32([1e4, -1e4, -3e38, 0], [2, 2]);
  const graph = buildGraph([far, int64([1, 1])], (g, [x, y]) => {
    const losses = softmaxCrossEntropy(g, x, { labels: y });
    return [losses, ...gradient(g, g.reduceMean(losses, [0]), [x])];
  });
  const [losses, grad] = await runGraph(graph, [far, int64([1, 1])]);
  expect(Array.from(losses.data, Number).map((loss) => loss + 0)).toEqual([2e4, 0]);
  expect(Array.from(grad.data, Number)).toEqual([0.5, -0.5, 0, 0]);
});

test("softmaxCrossEntropy refuses other ranks and smoothing outside [0, 1)", () => {
  const g = new Operations();
  const wanted = g.input("labels", "int64", [2]);
  expect(() => softmaxCrossEntropy(g, g.input("a", "float32", [2, 3, 4]), { labels: wanted })).toThrow(
    new GraphError("loss: expected logits [N, C], got [2, 3, 4]."),
  );
  expect(() => softmaxCrossEntropy(g, g.input("b", "float32", [2, 3]), { labels: wanted, smoothing: 1 })).toThrow(
    new ConfigError("label smoothing: expected a number in [0, 1), got 1."),
  );
});

test("countCorrect counts rows whose first largest logit is at the label", async () => {
  const values = float32([1, 3, 2, 5, 5, 0, 5, 5, 0, -1, -2, -0.5], [4, 3]);
  const wanted = int64([1, 0, 1, 2]);
  const graph = buildGraph([values, wanted], (g, [x, y]) => [countCorrect(g, x, y)]);
  const [count] = await runGraph(graph, [values, wanted]);
  expect(count.shape).toEqual([]);
  expect(Number(count.data[0])).toBe(3);
});
