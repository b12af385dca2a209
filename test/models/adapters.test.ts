/** @file Adapters beside every form of product: what they add, their gradients, and the weights that they are merged into. */

import { describe, expect, test } from "vitest";
import { goldenModel, largestDifference, outputsOf, readFile, someImages } from "../support/onnx-files.ts";
import { testSession } from "../support/device.ts";
import { type ModelParts, model, node, weight, written } from "../support/onnx-file.ts";
import { GraphError, float32, int64, sizeOf, stream } from "../../src/core/index.ts";
import { importLayers } from "../../src/models/index.ts";
import { type TrainerOptions, createTrainer } from "../../src/engine/training/index.ts";
import {
  type Network,
  type Parameters,
  adapterOf,
  conv2d,
  dense,
  flatten,
  initializeParameters,
  mergeAdapters,
  networkParameters,
  productWeights,
  sgd,
  sliceNetwork,
  trainingFlops,
  withAdapters,
} from "../../src/engine/nn/index.ts";

const RANK = 3;
const ALPHA = 6;

/** Images [3, 4, 4] through two products of Graft's own. */
const own: Network = {
  name: "own",
  inputShape: [3, 4, 4],
  layers: [
    conv2d("pointwise", { filters: 5, kernel: 1, stride: 2, padding: 1, bias: false }),
    conv2d("window", { filters: 4, kernel: 3 }),
    conv2d("grouped", { filters: 4, kernel: 1, groups: 2 }),
    flatten("flatten"),
    dense("dense", { units: 6 }),
    dense("head", { units: 3 }),
  ],
};

/** A file whose images [3, 4, 4] go through products of each form that exporters write. */
function fileOf(
  nodes: NonNullable<ModelParts["nodes"]>,
  weights: NonNullable<ModelParts["weights"]>,
): { network: Network; parameters: Parameters } {
  return importLayers(written(model({ nodes, weights })), { path: "a.onnx" });
}

const products = fileOf(
  [
    node("Conv", [["images", "stem.weight", "stem.bias"], ["a"]]),
    node("GlobalAveragePool", [["a"], ["b"]]),
    node("Flatten", [["b"], ["c"]]),
    node("Gemm", [["c", "straight.weight", "straight.bias"], ["d"]]),
    node("Gemm", [["d", "turned.weight", "turned.bias"], ["e"]], { transB: 1 }),
    node("Gemm", [["e", "scaled.weight", "scaled.bias"], ["f"]], { transB: 1, alpha: Float32Array.of(0.5) }),
    node("MatMul", [["f", "product.weight"], ["g"]]),
    node("Gemm", [["g", "fc.weight", "fc.bias"], ["logits"]], { transB: 1 }),
  ],
  [
    weight("stem.weight", [6, 3, 1, 1]),
    weight("stem.bias", [6]),
    weight("straight.weight", [6, 5]),
    weight("straight.bias", [5]),
    weight("turned.weight", [7, 5]),
    weight("turned.bias", [7]),
    weight("scaled.weight", [7, 7]),
    weight("scaled.bias", [7]),
    weight("product.weight", [7, 4]),
    weight("fc.weight", [3, 4]),
    weight("fc.bias", [3]),
  ],
);
const vit = (await readFile(goldenModel("torch-vit"))).backbone;

const cases = [
  {
    title: "Graft's own layers",
    network: own,
    parameters: initializeParameters(own, 1),
    adapted: ["pointwise", "dense"],
  },
  { title: "a file's products", ...products, adapted: ["stem", "straight", "turned", "product"] },
  {
    title: "a file of a transformer",
    ...vit,
    adapted: ["blocks.0.attn.qkv", "blocks.0.attn.proj", "blocks.0.mlp.0", "blocks.0.mlp.2"].flatMap((name) => [
      name,
      name.replace("0", "1"),
    ]),
  },
];

/** Adapters that have learned something: no half of them is 0. */
function withValues(network: Network, parameters: Parameters): Parameters {
  const thin = networkParameters(network).filter(({ adapts }) => adapts === true);
  const drawn = thin.map(({ name, shape }) => {
    const random = stream(3, name);
    return [
      name,
      float32(
        Float32Array.from({ length: sizeOf(shape) }, () => 0.3 * random.normal()),
        shape,
      ),
    ] as const;
  });
  return { ...parameters, ...Object.fromEntries(drawn) };
}

/** What one step of plain SGD takes away: the gradients. */
async function gradientsOf(
  network: Network,
  { parameters, updates }: { parameters: Parameters; updates?: TrainerOptions["updates"] },
): Promise<Record<string, Float64Array>> {
  const trainer = createTrainer({
    network,
    input: { kind: "features" },
    optimizer: sgd({ momentum: 0.9 }),
    trains: () => true,
    keepsStatistics: true,
    ...(updates === undefined ? {} : { updates }),
    parameters,
    seed: 0,
    session: testSession,
  });
  const input = someImages([4, ...network.inputShape]);
  await trainer.step({ input, labels: int64([0, 1, 1, 0]) }, { step: 0, learningRate: 0 });
  const slots = await trainer.slots();
  await trainer.close();
  const prefix = "slot/velocity/";
  return Object.fromEntries(
    Object.entries(slots).map(([name, { data }]) => [name.slice(prefix.length), Float64Array.from(data)]),
  );
}

describe.each(cases)("$title", ({ network, parameters, adapted }) => {
  const weights = productWeights(network);
  const wide = withAdapters(network, { weights, rank: RANK, alpha: ALPHA });
  const values = withValues(wide, parameters);
  const merged = mergeAdapters(wide, values);

  test("has adapters beside the products that are no more than that", () => {
    expect(weights.map((name) => name.replace(/\.weight$/, "")).sort()).toEqual([...adapted].sort());
  });

  test("starts as it was", async () => {
    const start = { ...parameters, ...onlyAdapters(wide, initializeParameters(wide, 5)) };
    const images = someImages([3, ...network.inputShape]);
    const [before, after] = [
      await outputsOf({ network, parameters }, images),
      await outputsOf({ network: wide, parameters: start }, images),
    ];
    expect(largestDifference(before, after)).toBe(0);
    for (const name of weights) expect(adapterOf(start, name).down.data.some((value) => value !== 0)).toBe(true);
  });

  test("says merged what it says with adapters, within 1e-5, for any number of images", async () => {
    const images = someImages([3, ...network.inputShape]);
    const beside = await outputsOf({ network: wide, parameters: values }, images);
    const inside = await outputsOf({ network, parameters: merged }, images);
    const scale = Math.max(...inside.map(Math.abs));
    expect(largestDifference(beside, inside)).toBeLessThan(1e-5 * scale);
    expect(largestDifference(inside, await outputsOf({ network, parameters }, images))).toBeGreaterThan(1e-3 * scale);
    expect(Object.keys(merged)).toEqual(networkParameters(network).map(({ name }) => name));
  });

  // y = (W + s B A) x  =>  dB = s dW A^T,  dA = s B^T dW
  test("gives them the gradients that the merged weights' say", async () => {
    const whole = await gradientsOf(network, { parameters: merged });
    const thin = await gradientsOf(wide, { parameters: values, updates: ({ adapts }) => adapts === true });
    expect(Object.keys(thin).sort()).toEqual(
      networkParameters(wide)
        .flatMap(({ name, adapts }) => (adapts === true ? [name] : []))
        .sort(),
    );
    for (const spec of networkParameters(network).filter(({ name }) => weights.includes(name))) {
      const { down, up } = adapterOf(values, spec.name);
      const scale = wide.adapters?.get(spec.name)?.scale ?? 0;
      const dW = matrix(whole[spec.name], spec.shape, spec.product === "[in, out]");
      const [a, b] = [matrix(Float64Array.from(down.data), down.shape), matrix(Float64Array.from(up.data), up.shape)];
      const owner = spec.name.replace(/weight$/, "");
      expect(
        apart(
          thin[`${owner}lora_B`],
          product(dW, turned(a))
            .flat()
            .map((value) => scale * value),
        ),
      ).toBeLessThan(1e-4);
      expect(
        apart(
          thin[`${owner}lora_A`],
          product(turned(b), dW)
            .flat()
            .map((value) => scale * value),
        ),
      ).toBeLessThan(1e-4);
    }
  });
});

function onlyAdapters(network: Network, parameters: Parameters): Parameters {
  const names = networkParameters(network).flatMap(({ name, adapts }) => (adapts === true ? [name] : []));
  return Object.fromEntries(names.map((name) => [name, parameters[name]]));
}

function matrix(data: Float64Array, [rows, columns]: readonly number[], isTurned = false): number[][] {
  const made = Array.from({ length: rows }, (_, row) => Array.from(data.slice(row * columns, (row + 1) * columns)));
  return isTurned ? turned(made) : made;
}

function turned(a: number[][]): number[][] {
  return a[0].map((_, column) => a.map((row) => row[column]));
}

function product(a: number[][], b: number[][]): number[][] {
  return a.map((row) => b[0].map((_, column) => row.reduce((sum, value, k) => sum + value * b[k][column], 0)));
}

/** Largest difference, as a share of the largest element. */
function apart(found: ArrayLike<number>, wanted: readonly number[]): number {
  expect(found.length).toBe(wanted.length);
  return Math.max(...wanted.map((value, at) => Math.abs(value - found[at]))) / Math.max(...wanted.map(Math.abs));
}

test("ranks are no larger than a weight's sides, and the scale is that of the rank that was asked for", () => {
  const { adapters } = withAdapters(own, { weights: ["pointwise.weight", "dense.weight"], rank: 4, alpha: 8 });
  expect([...(adapters ?? [])]).toEqual([
    ["pointwise.weight", { rank: 3, scale: 2 }],
    ["dense.weight", { rank: 4, scale: 2 }],
  ]);
});

test("a step computes no gradient of a weight that is frozen", () => {
  const layers = [dense("a", { units: 64 }), dense("b", { units: 32 }), dense("head", { units: 3 })];
  const wide = withAdapters(
    { name: "rows", inputShape: [48], layers },
    { weights: ["a.weight", "b.weight"], rank: 2, alpha: 2 },
  );
  const updates: TrainerOptions["updates"] = ({ adapts, layer }) => adapts === true || layer === "head";
  const thin = 2 * (48 + 64 + 64 + 32);
  const forward = 48 * 64 + 64 * 32 + 32 * 3 + thin;
  // of the head both, of the upper product its input's alone, of the thin ones all but the lowest's input
  const backward = 2 * 32 * 3 + 64 * 32 + 2 * thin - 2 * 48;
  expect(trainingFlops(wide, () => true, updates)).toBe(2 * (forward + backward));
});

test("a part of a network keeps its adapters", () => {
  const wide = withAdapters(own, { weights: ["dense.weight"], rank: 2, alpha: 2 });
  expect(networkParameters(sliceNetwork(wide, 4)).map(({ name }) => name)).toContain("dense.lora_A");
});

test("a weight that is more than multiplied by has none", () => {
  expect(() => networkParameters(withAdapters(own, { weights: ["window.weight"], rank: 2, alpha: 2 }))).toThrow(
    new GraphError("window.weight: expected the weight of a product for an adapter, got another."),
  );
});

test("a weight that two nodes read in two forms has none", () => {
  const nodes = [
    node("Conv", [["images", "stem.weight"], ["a"]]),
    node("GlobalAveragePool", [["a"], ["b"]]),
    node("Flatten", [["b"], ["c"]]),
    node("Gemm", [["c", "tied.weight"], ["d"]], { transB: 1 }),
    node("Relu", [["d"], ["d+"]]),
    node("Gemm", [["d+", "tied.weight"], ["e"]]),
    node("Add", [["c", "e"], ["f"]]),
    node("Gemm", [["f", "fc.weight", "fc.bias"], ["logits"]], { transB: 1 }),
  ];
  const square = [
    weight("stem.weight", [4, 3, 1, 1]),
    weight("tied.weight", [4, 4]),
    weight("fc.weight", [3, 4]),
    weight("fc.bias", [3]),
  ];
  const { network } = fileOf(nodes, square);
  expect(
    networkParameters(network)
      .map(({ name }) => name)
      .filter((name) => name.includes("tied")),
  ).toHaveLength(1);
  expect(productWeights(network)).toEqual(["stem.weight"]);
});
