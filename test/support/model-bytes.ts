/** @file Small model files, for tests of reading them. */

import type { Tensor } from "../../src/core/index.ts";
import { Operations, encodeModel } from "../../src/engine/onnx/index.ts";

/** A model whose only constant is the given one. */
export function modelWith(tensor: Tensor): Uint8Array {
  const g = new Operations();
  g.output(g.op("Identity", [g.initializer("w", tensor)]), "y");
  return encodeModel(g.build());
}

/** The ModelProto, as a plain object, of the given messages; what is left out is an identity of the input `x`. */
export function modelMessage(graph: object = {}, { version = 17 }: { version?: number } = {}): object {
  const input = { name: "x", type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 4 }] } } } };
  const node = [{ opType: "Identity", name: "copy", input: ["x"], output: ["y"] }];
  return {
    opsetImport: [{ domain: "", version }],
    graph: { name: "g", input: [input], node, output: [{ name: "y" }], ...graph },
  };
}
