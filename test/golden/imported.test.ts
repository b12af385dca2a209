/** @file Files that other programs wrote give PyTorch's logits once imported, and train as PyTorch trains them. */

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Tensor } from "../../src/core/index.ts";
import { checkNetwork, sgd } from "../../src/engine/nn/index.ts";
import { decodeModel } from "../../src/engine/onnx/index.ts";
import { type NetworkInput, createInferenceSession, createTrainer } from "../../src/engine/training/index.ts";
import { type ImportedBackbone, importLayers } from "../../src/models/index.ts";
import { testSession } from "../support/device.ts";
import {
  type ImportedName,
  importedBatch,
  importedImages,
  importedPath,
  importedPixels,
  readImported,
} from "./imported.ts";
import { type GoldenTensor, decodeFloat32, relativeDistance } from "./trajectories.ts";

const golden = readImported();
const features: NetworkInput = { kind: "features" };

function imported(name: ImportedName): ImportedBackbone {
  const path = importedPath(name);
  return importLayers(readFileSync(path), { path });
}

/** What the network is fed: bytes where the file takes them. */
function fed({ preprocessing: { normalization } }: ImportedBackbone): { input: NetworkInput; images: Tensor } {
  return normalization === null
    ? { input: features, images: importedImages(golden) }
    : { input: { kind: "images", normalization }, images: importedPixels(golden) };
}

async function logitsOf(backbone: ImportedBackbone): Promise<Float32Array> {
  const { input, images } = fed(backbone);
  const session = await createInferenceSession({ ...backbone, input }, testSession);
  try {
    return (await session.run({ input: images })).output.data as Float32Array;
  } finally {
    await session.close();
  }
}

const cases: readonly { name: ImportedName; what: string; layers: string }[] = [
  {
    name: "residual",
    what: "PyTorch's file of a residual network",
    layers: "conv1 layer1.0 layer2.0 global_average_pool flatten fc",
  },
  {
    name: "depthwise",
    what: "PyTorch's file of a depthwise network",
    layers: "0.0 0.1 0.2 0.3 0.4 1 2 3",
  },
  {
    name: "keras",
    what: "a file with channels last and a product and a sum as its head",
    layers: "model.conv last mean model.predictions",
  },
  { name: "half", what: "a file in half precision", layers: "conv mean flat fc" },
  {
    name: "opset9",
    what: "a file of operator set 9 that is flattened by arithmetic on its shape",
    layers: "conv pool dropout flat fc",
  },
  { name: "conv-head", what: "a file whose head is a convolution", layers: "conv mean flatten classifier" },
  { name: "bytes", what: "a file that takes bytes", layers: "centred normalised conv average flat fc" },
];

describe.each(cases)("$what", ({ name, layers }) => {
  const backbone = imported(name);

  test("gives PyTorch's logits within 1e-5", async () => {
    const { logits } = golden.networks[name];
    const shape = [golden.data.count, golden.data.numClasses];
    const found = await logitsOf(backbone);
    expect(relativeDistance(found, { name: "logits", shape, values: logits }, golden.sampling)).toBeLessThan(1e-5);
    // no two images alike, so that another order of channels or pixels would show
    const values = decodeFloat32(logits);
    expect(Math.abs(values[0] - values[golden.data.numClasses])).toBeGreaterThan(1e-3);
  });

  test("becomes layers named after its weights and nodes, all of which can be trained", () => {
    expect(backbone.network.layers.map((layer) => layer.name).join(" ")).toBe(layers);
    expect(backbone.network.layers.at(-1)?.description).toBe("dense 5");
    expect(backbone.network.inputShape).toEqual(golden.data.imageShape);
    expect(backbone.untrainable).toBeNull();
    checkNetwork(backbone.network);
  });
});

describe.each([
  { name: "residual", run: golden.networks.residual.training },
  { name: "depthwise", run: golden.networks.depthwise.training },
] as const)("50 steps of the $name network", ({ name, run }) => {
  const trained = trainedBeforehand(name);

  test("start from PyTorch's gradients, each within 1e-4 of its largest element, as are their norms", () => {
    const { firstGradients = [], gradientNorms = {} } = run ?? {};
    const distances = distancesFrom(firstGradients, trained.gradients);
    expect(Object.keys(distances)).toEqual(weightsOf(name));
    expect(Math.max(...Object.values(distances))).toBeLessThan(1e-4);
    const norms = Object.entries(gradientNorms).map(
      ([own, norm]) => Math.abs(Math.hypot(...trained.gradients[own]) - norm) / norm,
    );
    expect(Math.max(...norms)).toBeLessThan(1e-4);
  });

  test("have PyTorch's losses within 1e-4, to the end", () => {
    const { losses = [] } = run ?? {};
    expect(trained.losses).toHaveLength(golden.training.steps);
    expect(Math.max(...trained.losses.map((loss, step) => Math.abs(loss / losses[step] - 1)))).toBeLessThan(1e-4);
    expect(losses[losses.length - 1]).toBeLessThan(losses[0] / 3);
  });

  test("end at PyTorch's weights and statistics, each within 1e-4 of its largest element", () => {
    const { finalParameters = [], finalStatistics = [] } = run ?? {};
    expect(finalStatistics.length).toBeGreaterThan(5);
    const distances = distancesFrom([...finalParameters, ...finalStatistics], trained.final);
    expect(Math.max(...Object.values(distances))).toBeLessThan(1e-4);
  });
});

interface Trained {
  losses: number[];
  /** By PyTorch's names. */
  gradients: Record<string, Float32Array>;
  final: Record<string, Float32Array>;
}

/** Filled before the tests of the suite that calls it. */
function trainedBeforehand(name: ImportedName): Trained {
  const { network, parameters } = imported(name);
  const { steps, learningRate, momentum } = golden.training;
  const found: Trained = { losses: [], gradients: {}, final: {} };
  const trainer = createTrainer({
    network,
    input: features,
    optimizer: sgd({ momentum }),
    trains: () => true,
    parameters,
    seed: 0,
    session: testSession,
  });
  afterAll(() => trainer.close());
  beforeAll(async () => {
    for (let step = 0; step < steps; step++) {
      const { loss } = await trainer.step(importedBatch(golden, step), { step, learningRate });
      found.losses.push(loss);
      if (step > 0) continue;
      const slots = await trainer.slots();
      Object.assign(
        found.gradients,
        byTorchNames(name, (own) => slots[`slot/velocity/${own}`]),
      );
    }
    const final = await trainer.parameters();
    Object.assign(
      found.final,
      byTorchNames(name, (own) => final[own]),
    );
  });
  return found;
}

function weightsOf(name: ImportedName): string[] {
  return Object.keys(golden.networks[name].training?.gradientNorms ?? {});
}

/** Copies of tensors under PyTorch's names, found by the values that the file starts them from. */
function byTorchNames(
  name: ImportedName,
  tensorOf: (own: string) => Tensor | undefined,
): Record<string, Float32Array<ArrayBuffer>> {
  const path = importedPath(name);
  const { initializers } = decodeModel(readFileSync(path), { batchSize: 1 }).graph;
  const own = Object.entries(imported(name).parameters);
  return Object.fromEntries(
    [...initializers].flatMap(([torchName, { data }]) => {
      const same = own.find(([, tensor]) => Buffer.compare(bytesOf(tensor.data), bytesOf(data)) === 0);
      const tensor = same === undefined ? undefined : tensorOf(same[0]);
      return tensor === undefined ? [] : [[torchName, Float32Array.from(tensor.data as Float32Array)]];
    }),
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: Tensor["data"]): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function distancesFrom(
  tensors: readonly GoldenTensor[],
  actual: Readonly<Record<string, Float32Array>>,
): Record<string, number> {
  return Object.fromEntries(
    tensors.map((tensor) => [tensor.name, relativeDistance(actual[tensor.name], tensor, golden.sampling)]),
  );
}
