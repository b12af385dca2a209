/** @file Grey images that a file wants without an axis for their channel. */

import { describe, expect, test } from "vitest";
import { type Message, declared, head, model, node, weights, written } from "../../../test/support/onnx-file.ts";
import { fileOutputs, largestDifference, outputsOf, someImages } from "../../../test/support/onnx-files.ts";
import { float32 } from "../../core/index.ts";
import { importBackbone } from "./import-backbone.ts";

const path = "a.onnx";

/** A network of images of two by one pixels, the two features of the head. */
function greyModel(images: number | string, operator: string): Uint8Array {
  const nodes: Message[] = [node(operator, [["images"], ["active"]]), node("Flatten", [["active"], ["flat"]]), head];
  return written(model({ inputs: [declared("images", [images, 2, 1])], nodes, weights: weights.slice(1) }));
}

describe.each([
  ["whose operators Graft knows", "Relu", "null"],
  ["that runs as it is", "Shrink", "Shrink"],
])("a file %s", (_, operator, untrainable) => {
  test("is fed one plane, and gives onnxruntime's scores for several images", async () => {
    const bytes = greyModel("N", operator);
    const backbone = await importBackbone(bytes, { path });
    expect(backbone.network.inputShape).toEqual([1, 2, 1]);
    expect(backbone.preprocessing).toMatchObject({ layout: "HW", channelOrder: "grey" });
    expect(String(backbone.untrainable)).toContain(untrainable);
    const images = someImages([3, 1, 2, 1]);
    const theirs = await fileOutputs(bytes, images, ({ data }) => float32(data, [1, 2, 1]));
    const own = await outputsOf(backbone, images);
    expect(
      largestDifference(
        own,
        theirs.flatMap((data) => Array.from(data, Number)),
      ),
    ).toBeLessThan(1e-6);
  });
});

test("three axes that begin with channels are no grey images", async () => {
  await expect(importBackbone(greyModel(3, "Relu"), { path })).rejects.toThrow(
    'a.onnx: expected an image of four axes as input, got float32 [3, 2, 1] for "images".',
  );
});
