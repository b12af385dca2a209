/** @file Read models: the round trip, every way to store a tensor, older and newer forms. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelMessage, modelWith } from "../../../../test/support/model-bytes.ts";
import { type Tensor, float32, int64 } from "../../../core/index.ts";
import { encodeModel } from "../encode.ts";
import type { Graph, Value } from "../graph.ts";
import { Operations } from "../operations.ts";
import { writeModel } from "../proto/proto.ts";
import { decodeModel } from "./decode.ts";

const modelOf = (...given: Parameters<typeof modelMessage>): Uint8Array => writeModel(modelMessage(...given));

/** Every operator here keeps the shape [rows, columns], so that a chain of any of them is a graph. */
const steps: readonly ((g: Operations, value: Value) => Value)[] = [
  (g, x) => g.relu(x),
  (g, x) => g.op("LeakyRelu", [x], { alpha: 0.25 }),
  (g, x) => g.transpose(g.transpose(x, [1, 0]), [1, 0]),
  (g, x) => g.add(x, g.constant(float32([0.5, -1.5], [2, 1]))),
  (g, x) => g.op("Clip", [x, null, g.scalar(6)]),
  (g, x) => g.concat(g.node("Split", [x, g.ints([1, 1])], { axis: 0 }, { outputs: 2 }), 0),
  (g, x) => g.pad(g.slice(x, { starts: [1], ends: [3], axes: [1] }), [0, 1, 0, 0]),
  (g, x) => g.cast(g.greater(x, g.scalar(0)), "float32"),
  (g, x) =>
    g.scoped("block", () =>
      g.fusedMatMul(x, g.initializer("weight", float32(new Float32Array(9), [3, 3])), { transB: 1 }),
    ),
  (g, x) =>
    g.op("ScatterElements", [x, g.constant(int64([0, 0, 0], [1, 3])), g.constant(float32([1, 2, 3], [1, 3]))], {
      axis: 0,
      reduction: "add",
    }),
];

const graphs: fc.Arbitrary<Graph> = fc
  .record({ name: fc.string({ minLength: 1 }), order: fc.array(fc.nat(steps.length - 1), { maxLength: 8 }) })
  .map(({ name, order }) => {
    const g = new Operations();
    const x = g.input("x", "float32", [2, 3]);
    const result = order.reduce((value, index) => steps[index](g, value), x);
    g.output(result, "y");
    g.output(g.op("ArgMax", [result], { axis: 1 }), "positions");
    return g.build(name);
  });

describe("decodeModel", () => {
  test("gives back the graph that encodeModel was given", () => {
    fc.assert(
      fc.property(graphs, fc.dictionary(fc.string(), fc.string()), (graph, metadata) => {
        const decoded = decodeModel(encodeModel(graph, { metadata }));
        expect(decoded.graph).toEqual(graph);
        expect(decoded.metadata).toEqual(metadata);
        expect(decoded.producer).toBe("graft");
        expect(decoded.opsets[""]).toBe(17);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test("gives back constants of every element type", () => {
    fc.assert(
      fc.property(tensors, (tensor) => {
        expect([...decodeModel(modelWith(tensor)).graph.initializers.values()]).toEqual([tensor]);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test("gives every batch size that is asked for", () => {
    const g = new Operations();
    g.output(g.op("Flatten", [g.input("x", "float32", [4, 3, 2])]), "y");
    const bytes = encodeModel(g.build(), { batchAxisName: "N" });
    expect(decodeModel(bytes, { dims: { N: 9 } }).graph.outputs[0].shape).toEqual([9, 6]);
    expect(decodeModel(bytes, { batchSize: 2 }).graph.outputs[0].shape).toEqual([2, 6]);
    expect(decodeModel(bytes, { batchSize: 2, dims: { N: 9 } }).graph.inputs[0].shape).toEqual([9, 3, 2]);
  });

  test("does not share memory with the bytes", () => {
    const bytes = modelWith(float32([1, 2]));
    const [tensor] = decodeModel(bytes).graph.initializers.values();
    bytes.fill(0);
    expect(tensor.data).toEqual(new Float32Array([1, 2]));
  });
});

const tensors: fc.Arbitrary<Tensor> = fc.oneof(
  fc.float32Array({ maxLength: 5 }).map((data) => ({ dtype: "float32" as const, shape: [data.length], data })),
  fc.float64Array({ maxLength: 5 }).map((data) => ({ dtype: "float64" as const, shape: [1, data.length], data })),
  fc.uint16Array({ maxLength: 5 }).map((data) => ({ dtype: "float16" as const, shape: [data.length], data })),
  fc.bigInt64Array({ maxLength: 5 }).map((data) => ({ dtype: "int64" as const, shape: [data.length, 1], data })),
  fc.int32Array({ maxLength: 5 }).map((data) => ({ dtype: "int32" as const, shape: [data.length], data })),
  fc.int8Array({ minLength: 1, maxLength: 1 }).map((data) => ({ dtype: "int8" as const, shape: [], data })),
  fc.uint8Array({ maxLength: 5 }).map((data) => ({ dtype: "uint8" as const, shape: [data.length], data })),
  fc.uint8Array({ max: 1, maxLength: 5 }).map((data) => ({ dtype: "bool" as const, shape: [data.length], data })),
);

const constantOf = (tensor: object): Tensor | undefined => {
  const { graph } = decodeModel(modelOf({ initializer: [{ name: "w", ...tensor }] }));
  return graph.initializers.get("w");
};

describe("typed fields", () => {
  test.each([
    { field: { dataType: 1, dims: [2], floatData: [1.5, -2] }, data: new Float32Array([1.5, -2]) },
    { field: { dataType: 11, dims: [1], doubleData: [0.1] }, data: new Float64Array([0.1]) },
    { field: { dataType: 10, dims: [1], int32Data: [0x3c00] }, data: new Uint16Array([0x3c00]) },
    { field: { dataType: 6, dims: [1], int32Data: [-7] }, data: new Int32Array([-7]) },
    { field: { dataType: 3, dims: [1], int32Data: [-7] }, data: new Int8Array([-7]) },
    { field: { dataType: 2, dims: [1], int32Data: [250] }, data: new Uint8Array([250]) },
    { field: { dataType: 9, dims: [2], int32Data: [1, 0] }, data: new Uint8Array([1, 0]) },
    {
      field: { dataType: 7, dims: [1], int64Data: ["9007199254740993"] },
      data: new BigInt64Array([9007199254740993n]),
    },
    { field: { dataType: 1, dims: [0] }, data: new Float32Array() },
  ])("hold $field", ({ field, data }) => {
    expect(constantOf(field)?.data).toEqual(data);
  });
});

describe("forms of other operator sets", () => {
  const nodesOf = (node: object, options: { version?: number; initializer?: object[] } = {}) => {
    const { graph } = decodeModel(
      modelOf({ node: [{ name: "n", output: ["y"], ...node }], initializer: options.initializer ?? [] }, options),
    );
    return graph;
  };

  test("a Constant becomes a constant", () => {
    const t = { dims: [1], dataType: 1, floatData: [3] };
    const constant = { opType: "Constant", output: ["c"], attribute: [{ name: "value", type: 4, t }] };
    const add = { opType: "Add", input: ["x", "c"], output: ["y"] };
    const { graph } = decodeModel(modelOf({ node: [constant, add] }));
    expect(graph.initializers.get("c")).toEqual(float32([3]));
    expect(graph.nodes.map((node) => node.opType)).toEqual(["Add"]);
  });

  test("a Dropout becomes a copy", () => {
    const [node] = nodesOf({ opType: "Dropout", input: ["x"], output: ["y", "mask"] }).nodes;
    expect(node).toMatchObject({ opType: "Identity", outputs: [{ name: "y" }] });
  });

  test("a Split without lengths has equal parts", () => {
    const graph = nodesOf({ opType: "Split", input: ["x"], output: ["y", "z"] });
    expect(graph.nodes[0].outputs.map(({ shape }) => shape)).toEqual([[2], [2]]);
    const attribute = [{ name: "num_outputs", type: 2, i: 3 }];
    const uneven = nodesOf({ opType: "Split", input: ["x"], output: ["y", "z", "w"], attribute }, { version: 18 });
    expect(uneven.nodes[0].outputs.map(({ shape }) => shape)).toEqual([[2], [2], [0]]);
  });

  test("a reduction over axes that are an input has them as an attribute", () => {
    const initializer = [{ name: "axes", dataType: 7, dims: [1], int64Data: [-1] }];
    const graph = nodesOf({ opType: "ReduceMean", input: ["x", "axes"] }, { version: 18, initializer });
    expect(graph.nodes[0].attributes).toEqual({ axes: { type: "INTS", value: [-1] } });
    expect(graph.outputs[0].shape).toEqual([1]);
  });

  test("an input that is also a constant is the constant", () => {
    const { graph } = decodeModel(modelOf({ initializer: [{ name: "x", dataType: 1, dims: [1], floatData: [2] }] }));
    expect(graph.inputs).toEqual([]);
    expect(graph.outputs[0].shape).toEqual([1]);
  });
});
