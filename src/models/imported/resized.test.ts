/** @file Files that resize inside give onnxruntime's scores to any number of images, and train. */

import { expect, onTestFinished, test } from "vitest";
import { testSession } from "../../../test/support/device.ts";
import { type Message, body, declared, head, int64s, model, node, weights, written } from "../../../test/support/onnx-file.ts"; // prettier-ignore
import { float32 } from "../../core/index.ts";
import { createModelSession } from "../../engine/runtime/index.ts";
import { createInferenceSession } from "../../engine/training/index.ts";
import { importLayers } from "./import-backbone.ts";

const IMAGES = 3;
const input = float32(
  Float32Array.from({ length: IMAGES * 3 * 16 }, (_, index) => Math.cos(index * index)),
  [IMAGES, 3, 4, 4],
);

/** Lengths of the height and width after it, which the batch's own length is before. */
const sized = (attributes: Parameters<typeof node>[2]): Message[] => [
  body[0],
  // three pixels a side: seven are no float32 times as many
  node("MaxPool", [["conv"], ["small"]], { kernel_shape: [2, 2] }),
  node("Shape", [["small"], ["shape"]]),
  node("Slice", [["shape", "zero", "two"], ["start"]]),
  node("Concat", [["start", "sides"], ["sizes"]], { axis: 0 }),
  node("Resize", [["small", "", "", "sizes"], ["resized"]], attributes),
  node("Relu", [["resized"], ["relu"]]),
  ...body.slice(2),
  head,
];

test.each([
  { what: "nearest, larger", sides: [7, 9], mode: "nearest", coordinate_transformation_mode: "asymmetric" },
  { what: "nearest, smaller", sides: [3, 2], mode: "nearest", coordinate_transformation_mode: "asymmetric" },
  { what: "linear", sides: [7, 3], mode: "linear", coordinate_transformation_mode: "pytorch_half_pixel" },
  { what: "cubic", sides: [11, 6], mode: "cubic", coordinate_transformation_mode: "half_pixel" },
] as const)("$what", async ({ sides, mode, coordinate_transformation_mode }) => {
  const own = [int64s("zero", [0]), int64s("two", [2]), int64s("sides", sides)];
  const inputs = [declared("images", ["N", 3, 4, 4])];
  const parts = { inputs, nodes: sized({ mode, coordinate_transformation_mode }), opset: 13 };
  const bytes = written(model({ ...parts, weights: [...weights, ...own] }));
  const { network, parameters, untrainable } = importLayers(bytes, { path: "a.onnx" });
  expect(untrainable).toBeNull();
  const [theirs, ours] = [
    await createModelSession(bytes, testSession),
    await createInferenceSession({ network, parameters, input: { kind: "features" } }, testSession),
  ];
  onTestFinished(() => theirs.close());
  onTestFinished(() => ours.close());
  const wanted = Array.from((await theirs.run({ images: input })).logits.data, Number);
  const scores = Array.from((await ours.run({ input })).output.data, Number);
  expect(scores).toHaveLength(wanted.length);
  scores.forEach((score, index) => expect(score).toBeCloseTo(wanted[index], 5));
});
