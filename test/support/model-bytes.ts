/** @file Small model files, for tests of reading them. */

import type { Tensor } from "../../src/core/index.ts";
import { Operations, encodeModel } from "../../src/engine/onnx/index.ts";
// the writer of raw messages is no part of the room's door
import { writeModel } from "../../src/engine/onnx/proto.ts";

/** A model whose only constant is the given one. */
export function modelWith(tensor: Tensor): Uint8Array {
  const g = new Operations();
  g.output(g.op("Identity", [g.initializer("w", tensor)]), "y");
  return encodeModel(g.build());
}

/** A model of the given messages; what is left out is an identity of the input `x`. */
export function modelOf(graph: object = {}, { version = 17 }: { version?: number } = {}): Uint8Array {
  const input = { name: "x", type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 4 }] } } } };
  const node = [{ opType: "Identity", name: "copy", input: ["x"], output: ["y"] }];
  return writeModel({
    opsetImport: [{ domain: "", version }],
    graph: { name: "g", input: [input], node, output: [{ name: "y" }], ...graph },
  });
}
