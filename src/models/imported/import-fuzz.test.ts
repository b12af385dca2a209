/** @file Files of any content end in a network or in one sentence, in little time and memory. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { damaged, damages } from "../../../test/support/damage.ts";
import {
  type Field,
  type Message,
  body,
  declared,
  head,
  int64s,
  model,
  node,
  weight,
  weights,
  written,
} from "../../../test/support/onnx-file.ts";
import { DataError, GraphError } from "../../core/index.ts";
import { onnx } from "../../engine/index.ts";
import { besideModel } from "../node/index.ts";
import { importLayers } from "./import-backbone.ts";

/** Processor time, which does not grow where other programs run too; a loop over claimed lengths takes more. */
const LIMIT_MS = 1000;

/** Bytes that reading one of these files, of a kilobyte, may keep at once. */
const LIMIT_BYTES = 64 * 2 ** 20;

/** Nodes of today's exporters. */
const modern = model({
  inputs: [declared("images", ["N", 3, 4, 4])],
  nodes: [
    ...body.slice(0, 2),
    node("BatchNormalization", [["relu", "scale", "fc.bias2", "mean", "var"], ["norm"]], { epsilon: Float32Array.of(0.1) }), // prettier-ignore
    node("Add", [["norm", "conv"], ["sum"]]),
    node("Transpose", [["sum"], ["last"]], { perm: [0, 2, 3, 1] }),
    node("ReduceMean", [["last"], ["flat"]], { axes: [1, 2], keepdims: 0 }),
    head,
  ],
  weights: [...weights, ...["scale", "fc.bias2", "mean", "var"].map((name) => weight(name, [2]))],
});

/** Arithmetic on shapes, and attributes that an upgrade turns into inputs. */
const old = model({
  opset: 9,
  nodes: [
    body[0],
    node("Clip", [["conv"], ["clip"]], { min: Float32Array.of(0), max: Float32Array.of(6) }),
    node("MaxPool", [["clip"], ["pool"]], { kernel_shape: [2, 2], strides: [2, 2] }),
    node("Shape", [["pool"], ["shape"]]),
    node("Slice", [["shape"], ["batch"]], { starts: [0], ends: [1] }),
    node("Concat", [["batch", "rest"], ["flat shape"]], { axis: 0 }),
    node("ConstantOfShape", [["rest"], ["nothing"]]),
    node("Expand", [["rest", "batch"], ["wide"]]),
    node("Reshape", [["pool", "flat shape"], ["flat"]]),
    node("Gemm", [["flat", "fc.weight", "fc.bias"], ["logits"]], { transB: 1 }),
  ],
  weights: [weights[0], weight("fc.weight", [3, 8]), weights[2], int64s("rest", [8])],
});

const files = [modern, old];

/** Values that lengths, positions and names go wrong by. */
const replacements = fc.oneof(
  fc.constantFrom<Field[1]>(0, -1, 1, 2, 3, 7, 2 ** 16, 2 ** 27, 2 ** 31, 2 ** 40, 2 ** 53, -(2 ** 62)),
  fc.constantFrom<Field[1]>("", "images", "conv", "flat", "fc.weight", "rest", "Shape", "Expand", "Range", "Gather"),
  fc.constantFrom<Field[1]>("Concat", "Split", "Squeeze", "Unsqueeze", "Cast", "Conv", "Dropout", "Pad", "Constant"),
  fc.uint8Array({ maxLength: 24 }),
);

/** The message with the leaf of this number replaced, left out or doubled. */
function changed(message: Message, at: number, replacement: Field[1] | "out" | "twice"): Message {
  let left = at;
  const visit = (fields: Message): Message =>
    fields.flatMap(([id, content]): Field[] => {
      if (Array.isArray(content)) return [[id, visit(content as Message)]];
      if (left-- !== 0) return [[id, content]];
      if (replacement === "out") return [];
      return replacement === "twice" ? [[id, content], [id, content]] : [[id, replacement]]; // prettier-ignore
    });
  return visit(message);
}

function leaves(message: Message): number {
  return message.reduce((sum, [, content]) => sum + (Array.isArray(content) ? leaves(content as Message) : 1), 0);
}

const hostile = fc.oneof(
  fc.tuple(fc.constantFrom(...files), damages).map(([file, changes]): Uint8Array => damaged(written(file), changes)),
  fc
    .tuple(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(10_000), fc.oneof(replacements, fc.constantFrom<Field[1]>("out", "twice"))), {
        minLength: 1,
        maxLength: 4,
      }),
    )
    .map(([file, changes]) =>
      written(changes.reduce((message, [at, one]) => changed(message, at % leaves(message), one), file)),
    ),
);

/** `read`, or `refused` where it is in one line; what went wrong otherwise. */
function outcomeOf(read: () => unknown): string {
  const before = process.memoryUsage();
  const start = process.cpuUsage();
  let outcome = "read";
  try {
    read();
  } catch (error) {
    const isRefusal = (error instanceof DataError || error instanceof GraphError) && !error.message.includes("\n");
    outcome = isRefusal ? "refused" : `failed: ${error instanceof Error ? error.stack : String(error)}`;
  }
  const { user, system } = process.cpuUsage(start);
  const duration = (user + system) / 1000;
  const after = process.memoryUsage();
  const kept = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  if (duration > LIMIT_MS) return `${outcome} in ${duration} ms`;
  return kept > LIMIT_BYTES ? `${outcome} with ${kept} bytes` : outcome;
}

const noneBeside = { path: "/none/a.onnx", external: besideModel("/none/a.onnx") };

describe.each([
  { what: "importBackbone", read: (bytes: Uint8Array) => importLayers(bytes, noneBeside) },
  { what: "decodeModel", read: (bytes: Uint8Array) => onnx.decodeModel(bytes, { batchSize: 1 }) },
  {
    what: "decodeModel that simplifies",
    read: (bytes: Uint8Array) => onnx.decodeModel(bytes, { batchSize: 1, simplify: true }),
  },
])("$what", ({ read }) => {
  test("reads or refuses them at every length they may be cut to", () => {
    const outcomes = files
      .map(written)
      .flatMap((whole) =>
        Array.from({ length: whole.length }, (_, length) => outcomeOf(() => read(whole.subarray(0, length)))),
      );
    expect(outcomes.filter((one) => one !== "read" && one !== "refused")).toEqual([]);
    expect(new Set(outcomes.slice(0, 10))).toEqual(new Set(["refused"]));
  });

  test("reads or refuses them with anything changed", () => {
    const counts = { read: 0, refused: 0 };
    fc.assert(
      fc.property(hostile, (bytes) => {
        const outcome = outcomeOf(() => read(bytes));
        expect(["read", "refused"]).toContain(outcome);
        counts[outcome as "read" | "refused"] += 1;
      }),
      { seed: 7, numRuns: 10_000 },
    );
    expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(200);
  });
});

test.each(files.map((file) => ({ file })))("file %# is read as long as nothing is changed", ({ file }) => {
  expect(outcomeOf(() => importLayers(written(file), { path: "a.onnx" }))).toBe("read");
});

describe("lengths that a few bytes claim", () => {
  const chain = (opType: string, inputs: readonly string[], count: number): Message[] =>
    Array.from({ length: count }, (_, index) => node(opType, [inputs, [`${opType} ${index}`]]));
  const big = [int64s("big", [2 ** 22]), int64s("huge", [2 ** 40]), int64s("none", [0]), int64s("one", [1])];
  const claiming = (nodes: readonly Message[]): Uint8Array =>
    written(model({ nodes: [...nodes, ...body, head], weights: [...weights, ...big] }));
  const path = "a.onnx";

  test.each([
    { what: "a constant of one number", nodes: chain("ConstantOfShape", ["huge"], 1) },
    { what: "a range", nodes: [node("Range", [["none", "huge", "one"], ["range"]])] },
    {
      what: "a constant made wide",
      nodes: [...chain("ConstantOfShape", ["big"], 1), node("Expand", [["big", "huge"], ["wide"]])],
    },
  ])("take neither time nor memory as $what", ({ nodes }) => {
    expect(["read", "refused"]).toContain(outcomeOf(() => importLayers(claiming(nodes), { path })));
  });

  test("are refused once all together they are too many", () => {
    expect(() => importLayers(claiming(chain("ConstantOfShape", ["big"], 1000)), { path })).toThrow(
      new GraphError(
        'a.onnx: ConstantOfShape node "ConstantOfShape 4": expected at most 16777216 numbers computed from fewer, got more.',
      ),
    );
  });
});
