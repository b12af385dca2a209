import { expect, test } from "vitest";
import { modelMessage } from "../../../../test/support/model-bytes.ts";
import { DataError, float32 } from "../../../core/index.ts";
import { encodeModel } from "../encode.ts";
import { Operations } from "../operations.ts";
import { writeModel } from "../proto/proto.ts";
import { readModelHeader } from "./model-header.ts";

test("an exported model's metadata, inputs and outputs are read, and its constants are no inputs", () => {
  const g = new Operations();
  const x = g.input("x", "float32", [1, 3]);
  g.output(g.op("Add", [x, g.initializer("w", float32([1, 2, 3], [3]))]), "y");
  const bytes = encodeModel(g.build(), { metadata: { run: "M1" }, batchAxisName: "N" });
  expect(readModelHeader(bytes)).toEqual({
    metadata: { run: "M1" },
    inputs: [{ name: "x", dtype: "float32", shape: ["N", 3] }],
    outputs: [{ name: "y", dtype: "float32", shape: ["N", 3] }],
  });
});

test("a model is read whose operators, types and lengths Graft does not know", () => {
  const dim = [{ dimParam: "batch" }, {}, { dimValue: -1 }, { dimValue: 5 }];
  const input = [{ name: "x", type: { tensorType: { elemType: 8, shape: { dim } } } }, { name: "bare" }];
  const node = [{ opType: "Unheard", domain: "of.others", input: ["x"], output: ["y"] }];
  const bytes = writeModel(modelMessage({ input, node, output: [{ name: "y" }] }, { version: 3 }));
  expect(readModelHeader(bytes)).toEqual({
    metadata: {},
    inputs: [
      { name: "x", dtype: undefined, shape: ["batch", "?", "?", 5] },
      { name: "bare", dtype: undefined, shape: [] },
    ],
    outputs: [{ name: "y", dtype: undefined, shape: [] }],
  });
});

test("bytes that are no model are refused", () => {
  expect(() => readModelHeader(Buffer.from("no model"), { path: "m.onnx" })).toThrow(
    new DataError("m.onnx: expected an ONNX model, got bytes that cannot be parsed as one.", {
      location: { path: "m.onnx" },
    }),
  );
  expect(() => readModelHeader(new Uint8Array(0))).toThrow(
    new DataError("ONNX model: expected an ONNX model, got one without a graph."),
  );
});
