/** @file Files that run but cannot be a source are refused when they are read; halves that only run are one. */

import { describe, expect, test } from "vitest";
import {
  type Message,
  body,
  declared,
  head,
  model,
  node,
  weight,
  weights,
  written,
} from "../../../test/support/onnx-file.ts";
import { GraphError } from "../../core/index.ts";
import { importBackbone } from "./import-backbone.ts";

const path = "a.onnx";

test("a weight that is not finite is named", async () => {
  const broken = [
    [1, 3],
    [2, 1],
    [8, "fc.bias"],
    [9, new Uint8Array(Float32Array.of(0, NaN, 0).buffer)],
  ] as const;
  const bytes = written(model({ weights: [...weights.slice(0, 2), broken] }));
  await expect(importBackbone(bytes, { path })).rejects.toThrow(
    new GraphError(
      'a.onnx: expected finite numbers in its weights, got NaN in "fc.bias". Export the network anew, or use another.',
    ),
  );
});

/** A TensorProto of these numbers. */
function numbers(name: string, values: readonly number[]): Message {
  return [
    [1, values.length],
    [2, 1],
    [8, name],
    [9, new Uint8Array(Float32Array.from(values).buffer)],
  ];
}

describe("where an operator is unknown, and the layers run as they are,", () => {
  const opaque = (scale: Message): Uint8Array => {
    const nodes = [body[0], node("Shrink", [["conv"], ["shrunk"]]), node("Mul", [["shrunk", "scale"], ["relu"]])];
    return written(model({ nodes: [...nodes, ...body.slice(2), head], weights: [...weights, scale] }));
  };

  test("a weight that is not finite is named as well", async () => {
    await expect(importBackbone(opaque(numbers("scale", [NaN])), { path })).rejects.toThrow(
      new GraphError(
        'a.onnx: expected finite numbers in its weights, got NaN in "scale". Export the network anew, or use another.',
      ),
    );
  });

  test("a number of images that the file fixes cannot be freed", async () => {
    const shape = [[1, 2], [2, 7], [8, "shape"], [9, new Uint8Array(BigInt64Array.of(8n, 2n).buffer)]] as const; // prettier-ignore
    const nodes = [
      body[0],
      node("Shrink", [["conv"], ["relu"]]),
      body[2],
      node("Reshape", [["mean", "shape"], ["flat"]]),
      head,
    ];
    const parts = { inputs: [declared("images", [8, 3, 4, 4])], nodes, weights: [...weights, shape] };
    await expect(importBackbone(written(model(parts)), { path })).rejects.toThrow(
      new GraphError(
        'a.onnx: Shrink node "relu": expected an operator that Graft knows, got "Shrink". Nor can it run as it is, since it ' +
          "is made for 8 images at a time. Export it for one, or for any number.",
      ),
    );
  });

  test("an infinity that is no weight is left to the operators", async () => {
    const most: Message = [[2, 1], [8, "most"], [9, new Uint8Array(Float32Array.of(Infinity).buffer)]]; // prettier-ignore
    const clip = node("Clip", [["shrunk", "", "most"], ["relu"]]);
    const nodes = [body[0], node("Shrink", [["conv"], ["shrunk"]]), clip, ...body.slice(2), head];
    const { untrainable } = await importBackbone(written(model({ nodes, weights: [...weights, most] })), { path });
    expect(untrainable).toContain("Shrink");
  });
});

test("a detector's head, which sees one place of an image at a time, is none", async () => {
  const nodes = [
    ...body.slice(0, 2),
    node("Conv", [["relu", "boxes.weight"], ["boxes"]]),
    node("Reshape", [["boxes", "shape"], ["logits"]]),
  ];
  const shape = [[1, 3], [2, 7], [8, "shape"], [9, new Uint8Array(BigInt64Array.of(0n, 5n, -1n).buffer)]] as const; // prettier-ignore
  const bytes = written(model({ nodes, weights: [weights[0], weight("boxes.weight", [5, 2, 1, 1]), shape] }));
  await expect(importBackbone(bytes, { path })).rejects.toThrow(
    new GraphError(
      "a.onnx: expected a classifier, whose head takes all 2 features of an image, got 32 numbers below its last layer, " +
        "as detectors have. Use a network that ends in classes or features.",
    ),
  );
});

test("an image with a side past all studies is refused before anything is made of it", async () => {
  const bytes = written(model({ inputs: [declared("images", ["N", 3, 100_000, 100_000])] }));
  await expect(importBackbone(bytes, { path })).rejects.toThrow(
    'a.onnx: expected an image of at most 4096 pixels a side, got [?, 3, 100000, 100000] for "images".',
  );
});
