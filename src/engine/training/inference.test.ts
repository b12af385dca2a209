/** @file Evaluation against a computation by hand, and exported models in onnxruntime and onnx's checker. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ConfigError, GraphError, type Tensor, float32, int64, stream } from "../../core/index.ts";
import {
  type Network,
  activation,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  initializeParameters,
  maxPool2d,
} from "../nn/index.ts";
import { decodeModel } from "../onnx/index.ts";
import { createModelSession } from "../runtime/index.ts";
import {
  type InferenceOptions,
  type LabelledBatch,
  createEvaluator,
  createInferenceSession,
  evaluate,
  exportModel,
} from "./inference.ts";
import { linearNetwork, tinyBatch, tinyNetwork } from "./tiny-task.fixture.ts";

const PYTHON = "/usr/bin/python3";
const hasChecker = spawnSync(PYTHON, ["-c", "import onnx"]).status === 0;
if (!hasChecker) console.info(`skipped: the check by onnx.checker, since ${PYTHON} cannot import onnx`);

const linear: InferenceOptions = {
  network: linearNetwork,
  parameters: initializeParameters(linearNetwork, 5),
  input: { kind: "features" },
};

const images: Network = {
  name: "images",
  inputShape: [3, 12, 10],
  layers: [
    conv2d("conv1", { filters: 8 }),
    batchNorm("bn"),
    activation("relu", "relu"),
    maxPool2d("pool"),
    conv2d("conv2", { filters: 6, stride: 2 }),
    activation("silu", "silu"),
    globalAveragePool("mean"),
    dropout("dropout", 0.5),
    dense("dense", { units: 4 }),
  ],
};

const onImages: InferenceOptions = {
  network: images,
  parameters: initializeParameters(images, 3),
  input: { kind: "images", normalization: { mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3] } },
};

function imageBatch(first: number, count: number): LabelledBatch {
  const random = stream(8, "pixels", first);
  const [channels, height, width] = images.inputShape;
  const size = count * channels * height * width;
  const data = Uint8Array.from({ length: size }, () => random.integer(256));
  const labels = Array.from({ length: count }, () => random.integer(4));
  return { input: { dtype: "uint8", shape: [count, channels, height, width], data }, labels: int64(labels) };
}

/** Loss and accuracy of the linear network, in float64. */
function metricsByHand(batches: readonly LabelledBatch[]): { loss: number; accuracy: number } {
  const [weight, bias] = [linear.parameters["dense.weight"].data, linear.parameters["dense.bias"].data];
  let [loss, correct, count] = [0, 0, 0];
  for (const { input, labels } of batches) {
    for (const [n, label] of Array.from(labels.data, Number).entries()) {
      const x = Array.from(input.data.slice(4 * n, 4 * n + 4), Number);
      const logits = Array.from(bias, (b, unit) => x.reduce((sum, value, i) => sum + value * weight[4 * unit + i], b));
      loss += Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[label];
      correct += logits.indexOf(Math.max(...logits)) === label ? 1 : 0;
      count += 1;
    }
  }
  return { loss: loss / count, accuracy: correct / count };
}

describe("evaluate", () => {
  test("is the mean over all samples, those of a smaller last batch too", async () => {
    const batches = [tinyBatch(0, 8), tinyBatch(8, 8), tinyBatch(16, 3)];
    const found = await evaluate(linear, batches, { threads: 1 });
    const expected = metricsByHand(batches);
    expect(found.accuracy).toBe(expected.accuracy);
    expect(found.accuracy).toBeGreaterThan(0);
    expect(found.accuracy).toBeLessThan(1);
    expect(Math.abs(found.loss - expected.loss)).toBeLessThan(1e-6);
  });

  test("does not depend on how the samples are batched, and takes an asynchronous source", async () => {
    const whole = await evaluate(linear, [tinyBatch(0, 19)], { threads: 1 });
    const pieces = await evaluate(
      linear,
      (async function* () {
        yield tinyBatch(0, 1);
        yield tinyBatch(1, 18);
      })(),
      { threads: 1 },
    );
    expect(pieces.accuracy).toBe(whole.accuracy);
    expect(Math.abs(pieces.loss - whole.loss)).toBeLessThan(1e-6);
  });

  test("has dropout off: the same numbers every time", async () => {
    const options = { ...linear, network: tinyNetwork, parameters: initializeParameters(tinyNetwork, 1) };
    expect(await evaluate(options, [tinyBatch(0, 9)], { threads: 1 })).toEqual(
      await evaluate(options, [tinyBatch(0, 9)], { threads: 1 }),
    );
  });

  test("refuses to make a mean of nothing", async () => {
    await expect(evaluate(linear, [], { threads: 1 })).rejects.toThrow(
      new ConfigError("evaluation: expected at least one sample, got none."),
    );
  });
});

test("createInferenceSession maps any number of samples to the last layer's values", async () => {
  const session = await createInferenceSession(onImages, { threads: 1 });
  onTestFinished(() => session.close());
  const all = await session.run({ input: imageBatch(0, 5).input });
  expect(all.output.shape).toEqual([5, 4]);
  const one = imageBatch(0, 5).input;
  const last = await session.run({
    input: { dtype: "uint8", shape: [1, 3, 12, 10], data: (one.data as Uint8Array).slice(4 * 360) },
  });
  expect(last.output.shape).toEqual([1, 4]);
  const [fifth, alone] = [Array.from(all.output.data, Number).slice(16), Array.from(last.output.data, Number)];
  const difference = alone.map((value, index) => Math.abs(value - fifth[index]));
  expect(Math.max(...difference)).toBeLessThan(1e-6);
});

test("a network without values for its parameters is refused", async () => {
  const layers = [flatten("flatten"), ...linearNetwork.layers, ...linearNetwork.layers];
  await expect(createInferenceSession({ ...linear, network: { ...linearNetwork, layers } })).rejects.toThrow(
    new GraphError('linear: expected layer names to differ, got "dense" twice.'),
  );
  await expect(createInferenceSession({ ...linear, parameters: {} })).rejects.toThrow(
    new Error("internal: no value for the parameter dense.weight"),
  );
});

describe("createEvaluator", () => {
  test("measures one set of weights after another as evaluate does, whatever the sizes of the batches", async () => {
    const evaluator = createEvaluator({ ...linear, changes: () => true }, { threads: 1 });
    onTestFinished(() => evaluator.close());
    const batches: LabelledBatch[] = [tinyBatch(0, 7), tinyBatch(7, 3), tinyBatch(10, 7)];
    for (const seed of [5, 6]) {
      const parameters = initializeParameters(linearNetwork, seed);
      const expected = await evaluate({ ...linear, parameters }, batches, { threads: 1 });
      const measured = await evaluator.evaluate(parameters, batches);
      expect(measured.loss).toBeCloseTo(expected.loss, 6);
      expect(measured.accuracy).toBe(expected.accuracy);
    }
  });

  test("keeps what does not change as it was", async () => {
    const evaluator = createEvaluator({ ...linear, changes: () => false }, { threads: 1 });
    onTestFinished(() => evaluator.close());
    const other = await evaluator.evaluate(initializeParameters(linearNetwork, 9), [tinyBatch(0, 4)]);
    expect(other.loss).toBeCloseTo((await evaluate(linear, [tinyBatch(0, 4)], { threads: 1 })).loss, 6);
  });
});

describe("exportModel", () => {
  async function probabilities(model: Uint8Array, inputs: Record<string, Tensor>): Promise<number[][]> {
    const session = await createModelSession(model, { threads: 1 });
    onTestFinished(() => session.close());
    const results = await session.run(inputs);
    const values = Array.from(results.probabilities.data, Number);
    const classes = results.probabilities.shape[1];
    return Array.from({ length: values.length / classes }, (_, row) =>
      values.slice(row * classes, (row + 1) * classes),
    );
  }

  test("gives images the probabilities whose loss and accuracy evaluation measures", async () => {
    const batch = imageBatch(1, 7);
    const rows = await probabilities(exportModel(onImages), { images: batch.input });
    expect(rows).toHaveLength(7);
    for (const row of rows) expect(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1)).toBeLessThan(1e-6);
    const labels = Array.from(batch.labels.data, Number);
    const loss = labels.reduce((sum, label, n) => sum - Math.log(rows[n][label]), 0) / labels.length;
    const correct = labels.filter((label, n) => rows[n].indexOf(Math.max(...rows[n])) === label).length;
    const metrics = await evaluate(onImages, [batch], { threads: 1 });
    expect(Math.abs(metrics.loss - loss)).toBeLessThan(1e-6);
    expect(metrics.accuracy).toBe(correct / labels.length);
  });

  test("takes features under their own name", async () => {
    const rows = await probabilities(exportModel(linear), { features: float32([1, 2, 3, 4, 5, 6, 7, 8], [2, 4]) });
    expect(rows.map((row) => row.length)).toEqual([3, 3]);
  });

  test("carries its metadata, the parameters' names, and a free batch size", () => {
    const { graph, metadata } = decodeModel(exportModel(onImages, { classes: '["a","b"]' }), {
      path: "model.onnx",
      dims: { N: 3 },
    });
    expect(metadata).toEqual({ classes: '["a","b"]' });
    expect(graph.inputs.map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
      ["images", "uint8", [3, 3, 12, 10]],
    ]);
    expect([...graph.initializers.keys()]).toEqual(expect.arrayContaining(Object.keys(onImages.parameters)));
  });

  test.skipIf(!hasChecker)("is accepted by onnx's checker", () => {
    const folder = mkdtempSync(join(tmpdir(), "graft-export-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "model.onnx");
    writeFileSync(path, exportModel(onImages, { run: "M1" }));
    const program = "import onnx, sys; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)";
    const { status, stderr } = spawnSync(PYTHON, ["-c", program, path], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });
});
