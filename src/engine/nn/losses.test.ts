/** @file Losses and their gradients, against PyTorch's; the count of correct answers by hand. */

import { describe, expect, test } from "vitest";
import { readStepOptions } from "../../../test/golden/step-options.ts";
import { readTrajectories } from "../../../test/golden/trajectories.ts";
import { type GradientCase, checkGradient } from "../../../test/support/check-gradient.ts";
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

describe("focal loss", () => {
  const { focal } = readStepOptions();
  const given = float32(focal.logits.flat(), [focal.logits.length, focal.logits[0].length]);
  const wanted = int64(focal.labels);

  test.each(focal.cases)(
    "has PyTorch's mean and gradient with gamma $gamma and weights $classWeights",
    async (expected) => {
      const { gamma, classWeights } = expected;
      const targets = { focalGamma: gamma, ...(classWeights === null ? {} : { classWeights }) };
      const graph = buildGraph([given, wanted], (g, [x, y]) => {
        const mean = meanCrossEntropy(g, x, { labels: y, ...targets });
        return [mean, ...gradient(g, mean, [x])];
      });
      const [found, grad] = await runGraph(graph, [given, wanted]);
      // logits of up to 4 in float32, weights of up to 3.25, and powers of up to 5
      expect(Math.abs(Number(found.data[0]) - expected.loss)).toBeLessThan(4e-6);
      Array.from(grad.data, Number).forEach((value, index) => {
        expect(Math.abs(value - expected.gradient.flat()[index])).toBeLessThan(1e-6);
      });
    },
  );

  test.each([0.5, 1, 2, 3.5])("has the gradient of central differences with gamma %d", async (focalGamma) => {
    const classWeights = [0.5, 2, 1.25];
    const build: GradientCase["build"] = (g, [x]) => {
      const targets = { labels: g.constant(int64([2, 0, 1, 1])), classWeights, focalGamma };
      return [softmaxCrossEntropy(g, x, targets), meanCrossEntropy(g, x, targets)];
    };
    await expect(checkGradient({ title: "focal loss", inputs: [[4, 3]], build })).resolves.toBeUndefined();
  });

  test("is cross-entropy in the same nodes with gamma 0", () => {
    const nodes = (changes: { focalGamma?: number }) => {
      const inputs = [given, wanted];
      return buildGraph(inputs, (g, [x, y]) => [meanCrossEntropy(g, x, { labels: y, ...changes })]).nodes;
    };
    expect(nodes({ focalGamma: 0 })).toEqual(nodes({}));
    expect(nodes({ focalGamma: 1 }).length).toBeGreaterThan(nodes({}).length);
  });

  test.each([0.25, 1, 2])("stays finite with gamma %d where an answer is sure, right or wrong", async (focalGamma) => {
    const sure = float32([300, -300, 300, -300, 8, 0], [3, 2]);
    const labelsOfSure = int64([0, 1, 0]);
    const graph = buildGraph([sure, labelsOfSure], (g, [x, y]) => {
      const losses = softmaxCrossEntropy(g, x, { labels: y, focalGamma });
      return [losses, ...gradient(g, g.reduceSum(losses, [0]), [x])];
    });
    const [losses, grad] = await runGraph(graph, [sure, labelsOfSure]);
    expect(
      Array.from(losses.data, Number)
        .slice(0, 2)
        .map((loss) => loss + 0),
    ).toEqual([0, 600]);
    expect(
      Array.from(grad.data, Number)
        .slice(0, 4)
        .map((value) => value + 0),
    ).toEqual([0, 0, 1, -1]);
    // the third answer lacks q of its probability; float32 knows 1 − q to 6e-8, which is 2e-4 of q
    const q = 1 / (1 + Math.exp(8));
    const loss = -(q ** focalGamma) * Math.log1p(-q);
    const slope = q * (1 - q) * (q ** focalGamma / (1 - q) - focalGamma * q ** (focalGamma - 1) * Math.log1p(-q));
    expect(Math.abs(Number(losses.data[2]) / loss - 1)).toBeLessThan(1e-3);
    expect(Math.abs(Number(grad.data[5]) / slope - 1)).toBeLessThan(1e-3);
  });

  test("refuses a gamma below 0, and label smoothing beside it", () => {
    const g = new Operations();
    const [x, labelsOf] = [g.input("x", "float32", [2, 3]), g.input("labels", "int64", [2])];
    expect(() => softmaxCrossEntropy(g, x, { labels: labelsOf, focalGamma: -1 })).toThrow(
      new ConfigError("focal gamma: expected a number from 0, got -1."),
    );
    expect(() => softmaxCrossEntropy(g, x, { labels: labelsOf, focalGamma: 2, smoothing: 0.1 })).toThrow(
      new ConfigError("focal gamma: expected no label smoothing beside it, got 0.1. Set one of them to 0."),
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
