/** @file Operators of earlier operator sets are read as what they are since. */

import { describe, expect, test } from "vitest";
import { modelMessage } from "../../../../test/support/model-bytes.ts";
import { GraphError, float32, int64 } from "../../../core/index.ts";
import type { Graph } from "../graph.ts";
import { writeModel } from "../proto/proto.ts";
import { decodeModel } from "./decode.ts";

const floats = (name: string, values: number[]): object => ({ name, type: 7, floats: values });
const float = (name: string, value: number): object => ({ name, type: 1, f: value });
const int = (name: string, value: number): object => ({ name, type: 2, i: value });
const ints = (name: string, values: number[]): object => ({ name, type: 7, ints: values });

const image = { name: "x", type: { tensorType: { elemType: 1, shape: { dim: [1, 2, 3, 1].map((dimValue) => ({ dimValue })) } } } }; // prettier-ignore

/** The graph around one node that reads an image [1, 2, 3, 1]. */
function read(
  opType: string,
  version: number,
  { attribute = [], output = ["y"] }: { attribute?: object[]; output?: string[] } = {},
): Graph {
  const node = [{ name: "n", opType, input: ["x"], output, attribute }];
  return decodeModel(writeModel(modelMessage({ input: [image], node }, { version })), { simplify: true }).graph;
}

const constantsOf = ({ nodes, initializers }: Graph) =>
  nodes[nodes.length - 1].inputs.slice(1).map((input) => (input === null ? null : initializers.get(input.name)));

describe("attributes that are inputs since", () => {
  test.each([
    {
      what: "bounds of Clip",
      opType: "Clip",
      version: 10,
      attribute: [float("min", -1), float("max", 6)],
      constants: [float32([-1], []), float32([6], [])],
      shape: [1, 2, 3, 1],
    },
    {
      what: "one bound of Clip",
      opType: "Clip",
      version: 7,
      attribute: [float("max", 6)],
      constants: [null, float32([6], [])],
      shape: [1, 2, 3, 1],
    },
    {
      what: "pads and value of Pad",
      opType: "Pad",
      version: 10,
      attribute: [ints("pads", [0, 0, 1, 1, 0, 0, 0, 1]), float("value", 2)],
      constants: [int64([0, 0, 1, 1, 0, 0, 0, 1]), float32([2], [])],
      shape: [1, 2, 4, 3],
    },
    {
      what: "ranges of Slice",
      opType: "Slice",
      version: 9,
      attribute: [ints("starts", [1]), ints("ends", [3]), ints("axes", [2])],
      constants: [int64([1]), int64([3]), int64([2])],
      shape: [1, 2, 2, 1],
    },
    {
      what: "axes of Squeeze",
      opType: "Squeeze",
      version: 12,
      attribute: [ints("axes", [3])],
      constants: [int64([3])],
      shape: [1, 2, 3],
    },
    {
      what: "axes of Unsqueeze",
      opType: "Unsqueeze",
      version: 12,
      attribute: [ints("axes", [0])],
      constants: [int64([0])],
      shape: [1, 1, 2, 3, 1],
    },
    {
      what: "axes of ReduceSum",
      opType: "ReduceSum",
      version: 12,
      attribute: [ints("axes", [2, 3]), int("keepdims", 0)],
      constants: [int64([2, 3])],
      shape: [1, 2],
    },
  ])("$what", ({ opType, version, attribute, constants, shape }) => {
    // prettier-ignore
    const graph = read(opType, version, { attribute });
    expect(constantsOf(graph)).toEqual(constants);
    expect(graph.outputs[0].shape).toEqual(shape);
  });

  test("parts of Split", () => {
    const graph = read("Split", 12, { attribute: [int("axis", 2), ints("split", [1, 2])], output: ["y", "z"] });
    expect(graph.nodes[0].outputs.map(({ shape }) => shape)).toEqual([
      [1, 2, 1, 1],
      [1, 2, 2, 1],
    ]);
  });

  test("the ratio of Dropout", () => {
    const message = modelMessage(
      { input: [image], node: [{ opType: "Dropout", input: ["x"], output: ["y"], attribute: [float("ratio", 0.25)] }] },
      { version: 7 },
    );
    expect([...decodeModel(writeModel(message)).dropouts]).toEqual([["y", 0.25]]);
  });
});

test("Softmax took all axes from its own on as one", () => {
  const { nodes, outputs, initializers } = read("Softmax", 12);
  expect(nodes.map(({ opType, outputs: [{ shape }] }) => ({ opType, shape }))).toEqual([
    { opType: "Flatten", shape: [1, 6] },
    { opType: "Softmax", shape: [1, 6] },
    { opType: "Reshape", shape: [1, 2, 3, 1] },
  ]);
  expect(nodes[1].attributes.axis).toEqual({ type: "INT", value: -1 });
  expect(initializers.get(nodes[2].inputs[1]?.name ?? "")).toEqual(int64([1, 2, 3, 1]));
  expect(outputs[0].shape).toEqual([1, 2, 3, 1]);
});

describe("what has no equivalent is refused", () => {
  test("statistics of every place of an image", () => {
    expect(() => read("BatchNormalization", 8, { attribute: [int("spatial", 0)] })).toThrow(
      new GraphError(
        'BatchNormalization node "n": expected one mean and variance a channel, got spatial 0, ' +
          "which operator sets from 9 on no longer have. Export the model anew.",
      ),
    );
  });

  test("an early Scan", () => {
    expect(() => read("Scan", 8, { attribute: [floats("unused", [])] })).toThrow(
      new GraphError(
        'Scan node "n": expected operator set 9 or later for Scan, got 8. Convert the model with onnx.version_converter.',
      ),
    );
  });
});
