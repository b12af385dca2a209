/** @file A file's first operators say which pixels it takes, or leave it open. */

import { expect, test } from "vitest";
import { type Message, body, declared, head, model, node, weights, written } from "../../../test/support/onnx-file.ts";
import { importBackbone } from "./import-backbone.ts";

const [bytes, unit] = [
  { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
  { mean: [0, 0, 0], std: [1, 1, 1] },
];

/** A TensorProto of these numbers, [C, 1, 1]. */
function numbers(name: string, values: readonly number[]): Message {
  const data = new Uint8Array(Float32Array.from(values).buffer);
  return [
    [1, values.length],
    [1, 1],
    [1, 1],
    [2, 1],
    [8, name],
    [9, data],
  ];
}

/** Operators in a row, each with its constant as the second input. */
function before(...steps: readonly (readonly [opType: string, values: readonly number[]])[]) {
  const nodes = steps.map(([opType], index) =>
    node(opType, [
      [index === 0 ? "raw" : `x${index}`, `c${index}`],
      [index === steps.length - 1 ? "images" : `x${index + 1}`],
    ]),
  );
  return { nodes, constants: steps.map(([, values], index) => numbers(`c${index}`, values)) };
}

const means = [0.485, 0.456, 0.406];
const deviations = [0.229, 0.224, 0.225];
const scaled = (values: readonly number[]): number[] => values.map((value) => 255 * value);

test.each([
  { what: "x / 255", steps: before(["Div", [255]]), wanted: bytes },
  { what: "x / 127.5 - 1", steps: before(["Mul", [1 / 127.5]], ["Add", [-1]]), wanted: bytes },
  {
    what: "x / 255, then ImageNet's",
    steps: before(["Div", [255]], ["Sub", means], ["Div", deviations]),
    wanted: bytes,
  },
  { what: "ImageNet's", steps: before(["Sub", means], ["Div", deviations]), wanted: unit },
  { what: "ImageNet's of bytes", steps: before(["Sub", scaled(means)], ["Div", scaled(deviations)]), wanted: bytes },
  { what: "ImageNet's, as a product and a sum", steps: before(["Mul", deviations.map((std) => 1 / std)], ["Add", means.map((mean, at) => -mean / deviations[at])]), wanted: unit }, // prettier-ignore
  { what: "2x - 1", steps: before(["Mul", [2]], ["Sub", [1]]), wanted: unit },
  { what: "Caffe's means", steps: before(["Sub", [103.939, 116.779, 123.68]]), wanted: bytes },
  { what: "nothing", steps: before(["Mul", [1]]), wanted: null },
  { what: "from another normalization", steps: before(["Mul", [0.458, 0.448, 0.45]], ["Add", [-0.03, -0.088, -0.188]]), wanted: null }, // prettier-ignore
  { what: "back from -1 to 1", steps: before(["Add", [1]], ["Div", [2]]), wanted: null },
])("$what", async ({ steps, wanted }) => {
  const parts = {
    inputs: [declared("raw", ["N", 3, 4, 4])],
    nodes: [...steps.nodes, ...body, head],
    weights: [...weights, ...steps.constants],
  };
  const { preprocessing, untrainable } = await importBackbone(written(model(parts)), { path: "a.onnx" });
  expect(untrainable).toBeNull();
  expect(preprocessing.normalization).toEqual(wanted);
});

test.each([
  { mean: [120, 118, 110], deviation: 60, wanted: bytes },
  { mean: [0.48, 0.45, 0.41], deviation: 0.25, wanted: unit },
  { mean: [0, 0.01, -0.02], deviation: 1, wanted: null },
])("statistics of a batch normalization that comes first: mean $mean", async ({ mean, deviation, wanted }) => {
  const vector = (name: string, values: readonly number[]): Message => [[1, 3], ...numbers(name, values).slice(3)];
  const norm = node("BatchNormalization", [["raw", "one", "zero", "means", "variances"], ["images"]]);
  const constants = [
    vector("one", [1, 1, 1]),
    vector("zero", [0, 0, 0]),
    vector("means", mean),
    vector(
      "variances",
      mean.map(() => deviation ** 2),
    ),
  ];
  const inputs = [declared("raw", ["N", 3, 4, 4])];
  const parts = { inputs, nodes: [norm, ...body, head], weights: [...weights, ...constants] };
  const { preprocessing } = await importBackbone(written(model(parts)), { path: "a.onnx" });
  expect(preprocessing.normalization).toEqual(wanted);
});

test("the image's axes and type may be changed before, also in a file that runs as it is", async () => {
  const { nodes, constants } = before(["Div", [255]]);
  const turned = [
    node("Transpose", [["photo"], ["turned"]], { perm: [0, 3, 1, 2] }),
    node("Cast", [["turned"], ["raw"]], { to: 1 }),
  ];
  // an operator that Graft does not know
  const shrink = node("Shrink", [["relu"], ["shrunk"]]);
  const pool = node("GlobalAveragePool", [["shrunk"], ["mean"]]);
  for (const layers of [body, [...body.slice(0, 2), shrink, pool, body[3]]]) {
    const parts = {
      inputs: [declared("photo", ["N", 4, 4, 3])],
      nodes: [...turned, ...nodes, ...layers, head],
      weights: [...weights, ...constants],
    };
    const { preprocessing } = await importBackbone(written(model(parts)), { path: "a.onnx" });
    const normalizationSource = "its first operators (Div) do the rest";
    expect(preprocessing).toMatchObject({ normalization: bytes, normalizationSource });
  }
});
