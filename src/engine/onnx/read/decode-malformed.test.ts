/** @file Models that cannot be read: each ends in one sentence, whatever the bytes. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelMessage, modelWith } from "../../../../test/support/model-bytes.ts";
import { DataError, GraphError, float32 } from "../../../core/index.ts";
import { encodeModel } from "../encode.ts";
import { Operations } from "../operations.ts";
import { writeModel } from "../proto/proto.ts";
import { decodeModel } from "./decode.ts";

const modelOf = (...given: Parameters<typeof modelMessage>): Uint8Array => writeModel(modelMessage(...given));

describe("a graph that cannot be built is refused", () => {
  const refusal = (graph: object, options?: Parameters<typeof modelOf>[1]) => () =>
    decodeModel(modelOf(graph, options));
  const node = (fields: object): object => ({ node: [{ name: "n", output: ["y"], ...fields }] });

  test.each([
    {
      what: "an unknown operator",
      graph: node({ opType: "Convv", input: ["x"] }),
      text: 'Convv node "n": expected an operator that Graft knows, got "Convv". Did you mean "Conv"?',
    },
    {
      what: "an operator of an unknown domain",
      graph: node({ opType: "Conv", domain: "my.own", input: ["x"] }),
      text: 'Conv node "n": expected an operator that Graft knows, got "Conv" of the domain "my.own".',
    },
    {
      what: "an unknown attribute",
      graph: node({ opType: "Elu", input: ["x"], attribute: [{ name: "beta", type: 1, f: 1 }] }),
      text: 'Elu node "n": expected attributes among alpha, got "beta".',
    },
    {
      what: "an attribute of another type",
      graph: node({ opType: "Elu", input: ["x"], attribute: [{ name: "alpha", type: 3, s: Buffer.from("one") }] }),
      text: 'Elu node "n": expected a number as alpha, got "one".',
    },
    {
      what: "an attribute that is a graph",
      graph: node({ opType: "Elu", input: ["x"], attribute: [{ name: "alpha", type: 5 }] }),
      text:
        'Elu node "n": expected alpha to be a number, a string, a tensor or a list of numbers, ' +
        "got an attribute of ONNX's type 5.",
    },
    {
      what: "an input that nothing makes",
      graph: node({ opType: "Relu", input: ["z"] }),
      text: 'Relu node "n": expected inputs that are there before it, got "z", which is not.',
    },
    {
      what: "a cycle",
      graph: {
        node: [
          { opType: "Relu", name: "a", input: ["z"], output: ["y"] },
          { opType: "Relu", name: "b", input: ["y"], output: ["z"] },
        ],
      },
      text: 'Relu node "a": expected inputs that are there before it, got "z", which is not.',
    },
    {
      what: "two values of one name",
      graph: node({ opType: "Relu", input: ["x"], output: ["x"] }),
      text: 'Relu node "n": expected a new name for its value, got "x" twice.',
    },
    {
      what: "a node without outputs",
      graph: node({ opType: "Relu", input: ["x"], output: [""] }),
      text: 'Relu node "n": expected an output, got none.',
    },
    {
      what: "an output that nothing makes",
      graph: { output: [{ name: "z" }] },
      text: 'output "z": expected a value of the graph, got none.',
    },
    {
      what: "a tensor with too few elements",
      graph: { initializer: [{ name: "w", dataType: 1, dims: [3], floatData: [1] }] },
      text: 'tensor "w": expected 3 elements for the shape [3], got 1.',
    },
    {
      what: "a tensor of huge lengths",
      graph: { initializer: [{ name: "w", dataType: 1, dims: [2 ** 40, 2 ** 40], floatData: [1] }] },
      text: 'tensor "w": expected 1.2089258196146292e+24 elements for the shape [1099511627776, 1099511627776], got 1.',
    },
    {
      what: "a tensor of negative lengths",
      graph: { initializer: [{ name: "w", dataType: 1, dims: [-1], floatData: [1] }] },
      text: 'tensor "w": expected lengths of 0 or more, got [-1].',
    },
    {
      what: "a tensor with broken elements",
      graph: { initializer: [{ name: "w", dataType: 1, dims: [1], rawData: Buffer.alloc(5) }] },
      text: 'tensor "w": expected a multiple of 4 bytes for float32, got 5.',
    },
    {
      what: "a tensor of strings",
      graph: { initializer: [{ name: "w", dataType: 8, dims: [1] }] },
      text:
        'tensor "w": expected an element type among float32, uint8, int8, int32, int64, bool, float16, float64, ' +
        "got ONNX's number 8.",
    },
    {
      what: "a tensor in another file",
      graph: { initializer: [{ name: "w", dataType: 1, dims: [1], dataLocation: 1 }] },
      text: 'tensor "w": expected its data in the model file, got a reference to another file.',
    },
    {
      what: "a sparse tensor",
      graph: { sparseInitializer: [{ dims: [3] }] },
      text: 'graph "g": expected dense constants, got sparse ones.',
    },
    {
      what: "an input without a type",
      graph: { input: [{ name: "x" }] },
      text: 'input "x": expected a tensor of known rank, got no tensor.',
    },
    {
      what: "an input without a shape",
      graph: { input: [{ name: "x", type: { tensorType: { elemType: 1 } } }] },
      text: 'input "x": expected a tensor of known rank, got no shape.',
    },
    {
      what: "an input of a length left open",
      graph: { input: [{ name: "x", type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 3 }, {}] } } } }] },
      text: 'input "x": expected every length to be known, got the symbolic "x[1]" on axis 1. Give it a length in dims.',
    },
  ])("$what", ({ graph, text }) => {
    expect(refusal(graph)).toThrow(new GraphError(text));
  });

  test("an operator set before or after those that mean the same", () => {
    expect(refusal({}, { version: 6 })).toThrow(
      new GraphError("ONNX model: expected operator set 7 to 26, got 6. Convert it with onnx.version_converter."),
    );
    expect(() => decodeModel(modelOf({}, { version: 99 }), { path: "a.onnx" })).toThrow(
      new GraphError("a.onnx: expected operator set 7 to 26, got 99. Convert it with onnx.version_converter."),
    );
  });

  test("a length that is none", () => {
    const g = new Operations();
    g.output(g.relu(g.input("x", "float32", [4])), "y");
    const bytes = encodeModel(g.build(), { batchAxisName: "N" });
    expect(() => decodeModel(bytes, { dims: { N: 0 } })).toThrow(
      new GraphError('input "x": expected a length of 1 or more for "N", got 0.'),
    );
  });
});

describe("bytes that are no model are refused", () => {
  test("with the file's name", () => {
    const text = "a.onnx: expected an ONNX model, got bytes that cannot be parsed as one.";
    expect(() => decodeModel(Buffer.from("<html>"), { path: "a.onnx" })).toThrow(
      new DataError(text, { location: { path: "a.onnx" } }),
    );
  });

  test("if there are none", () => {
    expect(() => decodeModel(new Uint8Array())).toThrow(
      new DataError("ONNX model: expected an ONNX model, got one without a graph."),
    );
  });

  const bytes = modelWith(float32([1, 2, 3]));
  const outcome = (candidate: Uint8Array): string => {
    try {
      decodeModel(candidate);
      return "read";
    } catch (error) {
      return error instanceof DataError || error instanceof GraphError ? "refused" : `crashed: ${String(error)}`;
    }
  };

  test("at every length they may be cut to", () => {
    const outcomes = Array.from({ length: bytes.length }, (_, length) => outcome(bytes.subarray(0, length)));
    expect(outcomes.filter((one) => one !== "read" && one !== "refused")).toEqual([]);
    expect(outcomes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => "refused"));
  });

  test("with any bytes changed", () => {
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(changes, (list) => {
        const changed = Uint8Array.from(bytes);
        for (const [position, value] of list) changed[position] = value;
        expect(["read", "refused"]).toContain(outcome(changed));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
