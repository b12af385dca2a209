/** @file What the operator table refuses, and the sentence it ends in. */

import { expect, test } from "vitest";
import { GraphError, type Shape } from "../../../core/index.ts";
import type { RawAttribute, Value } from "../graph.ts";
import { Operations } from "../operations.ts";
import { GRAFT_DOMAIN } from "./training.ts";

/** A node over inputs x0, x1, … of the given shapes. */
function refused(
  opType: string,
  shapes: readonly Shape[],
  { domain = "", ...attributes }: Readonly<Record<string, RawAttribute>> & { domain?: string } = {},
) {
  return () => {
    const g = new Operations();
    const inputs = shapes.map((shape, index) => g.input(`x${index}`, "float32", shape));
    g.op(opType, inputs, attributes, { domain });
  };
}

/** A node over x of shape [2, 3] and constant lists. */
function refusedLists(
  opType: string,
  lists: readonly (readonly number[])[],
  { outputs = 1, axis }: { outputs?: number; axis?: number } = {},
) {
  return () => {
    const g = new Operations();
    const x: Value = g.input("x", "float32", [2, 3]);
    g.node(opType, [x, ...lists.map((list) => g.ints(list))], axis === undefined ? {} : { axis }, { outputs });
  };
}

const pair = "Its inputs are float32 [2, 3], float32 [4, 2].";
const image = "Its inputs are float32 [1, 2, 5, 5]";

test.each([
  {
    build: refused("Add", [
      [2, 3],
      [4, 2],
    ]),
    text: `Add node "Add": expected shapes that broadcast together. ${pair}`,
  },
  {
    build: refused("MatMul", [
      [2, 3],
      [4, 2],
    ]),
    text: `MatMul node "MatMul": expected equal inner lengths, got 3 and 4. ${pair}`,
  },
  {
    build: refused("MatMul", [[3], [3]]),
    text: 'MatMul node "MatMul": expected operands of rank 2 or more. Its inputs are float32 [3], float32 [3].',
  },
  {
    build: refused("Gemm", [
      [2, 3],
      [3, 4],
      [5, 2, 4],
    ]),
    text:
      'Gemm node "Gemm": expected the third input to broadcast to the product. ' +
      "Its inputs are float32 [2, 3], float32 [3, 4], float32 [5, 2, 4].",
  },
  {
    build: refused("And", [[2], [2]]),
    text: 'And node "And": expected bool operands, got float32. Its inputs are float32 [2], float32 [2].',
  },
  {
    build: refused("Where", [[2], [2], [2]]),
    text:
      'Where node "Where": expected a bool condition, got float32. ' +
      "Its inputs are float32 [2], float32 [2], float32 [2].",
  },
  {
    build: refused("PRelu", [[3], [2, 3]]),
    text:
      'PRelu node "PRelu": expected a slope that broadcasts to the first input. ' +
      "Its inputs are float32 [3], float32 [2, 3].",
  },
  {
    build: refused("Clip", [[3], [3]]),
    text: 'Clip node "Clip": expected bounds of one element. Its inputs are float32 [3], float32 [3].',
  },
  {
    build: refused("Softmax", [[2, 3]], { axis: 2 }),
    text: 'Softmax node "Softmax": expected an axis in [-2, 2), got 2. Its inputs are float32 [2, 3].',
  },
  {
    build: refused("Transpose", [[2, 3]], { perm: [0, 0] }),
    text: 'Transpose node "Transpose": expected perm to order 2 axes, got [0, 0]. Its inputs are float32 [2, 3].',
  },
  {
    build: refused(
      "Concat",
      [
        [2, 3],
        [4, 2],
      ],
      { axis: 1 },
    ),
    text: `Concat node "Concat": expected shapes that differ on axis 1 alone. ${pair}`,
  },
  {
    build: refused("Concat", [[2, 3]]),
    text: 'Concat node "Concat": expected the attribute axis, got none. Its inputs are float32 [2, 3].',
  },
  {
    build: refused("Reshape", [[2, 3], [2]]),
    text:
      'Reshape node "Reshape": expected input 1 ("x1") to be a constant, got a computed value. ' +
      "Its inputs are float32 [2, 3], float32 [2].",
  },
  {
    build: refused("Relu", []),
    text: 'Relu node "Relu": expected an input 0, got none. It has no inputs.',
  },
  {
    build: refusedLists("Reshape", [[4]]),
    text: 'Reshape node "Reshape": expected a shape of 6 elements, got [4]. Its inputs are float32 [2, 3], int64 [1].',
  },
  {
    build: refusedLists("Reshape", [[-1, -1]]),
    text:
      'Reshape node "Reshape": expected a shape of 6 elements, got [-1, -1]. ' +
      "Its inputs are float32 [2, 3], int64 [2].",
  },
  {
    build: refusedLists("Squeeze", [[0]]),
    text: 'Squeeze node "Squeeze": expected axes of length 1. Its inputs are float32 [2, 3], int64 [1].',
  },
  {
    build: refusedLists("Split", [[1, 1]], { outputs: 2, axis: 1 }),
    text: 'Split node "Split": expected parts that add up to 3, got [1, 1]. Its inputs are float32 [2, 3], int64 [2].',
  },
  {
    build: refusedLists("Split", [[4, -1]], { outputs: 2, axis: 1 }),
    text:
      'Split node "Split": expected output lengths of 0 or more, got [2, -1]. ' +
      "Its inputs are float32 [2, 3], int64 [2].",
  },
  {
    build: refusedLists("Split", [[1, 2]], { outputs: 3, axis: 1 }),
    text:
      'Split node "Split": expected at most 2 outputs to be asked for, got 3. ' +
      "Its inputs are float32 [2, 3], int64 [2].",
  },
  {
    build: refusedLists("Slice", [[0], [1], [0], [0]]),
    text:
      'Slice node "Slice": expected steps other than 0. ' +
      "Its inputs are float32 [2, 3], int64 [1], int64 [1], int64 [1], int64 [1].",
  },
  {
    build: refusedLists("Slice", [[0], [1, 2]]),
    text:
      'Slice node "Slice": expected as many ends, axes and steps as starts. ' +
      "Its inputs are float32 [2, 3], int64 [1], int64 [2].",
  },
  {
    build: refusedLists("Pad", [[1, 1]]),
    text: 'Pad node "Pad": expected 4 pads, got 2. Its inputs are float32 [2, 3], int64 [2].',
  },
  {
    build: refused("Conv", [
      [1, 2, 5, 5],
      [3, 3, 3, 3],
    ]),
    text: `Conv node "Conv": expected weights over 2 / 1 channels, got 3. ${image}, float32 [3, 3, 3, 3].`,
  },
  {
    build: refused(
      "Conv",
      [
        [1, 2, 5, 5],
        [3, 1, 3, 3],
      ],
      { group: 2 },
    ),
    text: `Conv node "Conv": expected output channels divisible by 2 groups, got 3. ${image}, float32 [3, 1, 3, 3].`,
  },
  {
    build: refused("Conv", [
      [1, 2, 5, 5],
      [3, 2, 7, 7],
    ]),
    text:
      'Conv node "Conv": expected the window to fit the padded input, got output lengths -1 x -1. ' +
      `${image}, float32 [3, 2, 7, 7].`,
  },
  {
    build: refused(
      "Conv",
      [
        [1, 2, 5, 5],
        [3, 2, 3, 3],
      ],
      { strides: [0, 1] },
    ),
    text:
      'Conv node "Conv": expected kernel lengths, strides and dilations of 1 or more. ' +
      `${image}, float32 [3, 2, 3, 3].`,
  },
  {
    build: refused(
      "Conv",
      [
        [1, 2, 5, 5],
        [3, 2, 3, 3],
      ],
      { auto_pad: "SAME" },
    ),
    text:
      'Conv node "Conv": expected auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER, got SAME. ' +
      `${image}, float32 [3, 2, 3, 3].`,
  },
  {
    build: refused("Conv", [[1, 2, 5, 5], [3, 2, 3, 3], [4]]),
    text: `Conv node "Conv": expected a bias of 3 elements. ${image}, float32 [3, 2, 3, 3], float32 [4].`,
  },
  {
    build: refused(
      "ConvTranspose",
      [
        [1, 2, 5, 5],
        [2, 2, 3, 3],
      ],
      { auto_pad: "SAME_UPPER" },
    ),
    text:
      'ConvTranspose node "ConvTranspose": expected padding given by pads and output_padding, ' +
      `got auto_pad or output_shape. ${image}, float32 [2, 2, 3, 3].`,
  },
  {
    build: refused("MaxPool", [[1, 2, 5, 5]], { kernel_shape: [2] }),
    text: `MaxPool node "MaxPool": expected kernel_shape with 2 entries, got 1. ${image}.`,
  },
  {
    build: refused("BatchNormalization", [[2, 3], [3], [3], [3], [2]]),
    text:
      'BatchNormalization node "BatchNormalization": expected scale, bias, mean and variance of 3 channels. ' +
      "Its inputs are float32 [2, 3], float32 [3], float32 [3], float32 [3], float32 [2].",
  },
  {
    build: refused("BatchNormalization", [[2, 3], [3], [3], [3], [3]], { training_mode: 1 }),
    text:
      'BatchNormalization node "BatchNormalization": expected training_mode 0; in training form it is ' +
      "BatchNormTraining of the domain graft. Its inputs are float32 [2, 3], float32 [3], float32 [3], float32 [3], float32 [3].",
  },
  {
    build: refused("BatchNormTraining", [[2, 3], [3], [2]], { domain: GRAFT_DOMAIN }),
    text:
      'BatchNormTraining node "BatchNormTraining": expected one number for each of 3 channels. ' +
      "Its inputs are float32 [2, 3], float32 [3], float32 [2].",
  },
  {
    build: refused("BatchNormTraining", [[2, 3], [3], [3], [1]], { domain: GRAFT_DOMAIN }),
    text:
      'BatchNormTraining node "BatchNormTraining": expected one number for each of 3 channels. ' +
      "Its inputs are float32 [2, 3], float32 [3], float32 [3], float32 [1].",
  },
  {
    build: refused("BatchNormGrad", [[3], [3], [3], [3], [3]], { domain: GRAFT_DOMAIN }),
    text:
      'BatchNormGrad node "BatchNormGrad": expected an input [N, C, …]. ' +
      "Its inputs are float32 [3], float32 [3], float32 [3], float32 [3], float32 [3].",
  },
])("$text", ({ build, text }) => {
  expect(build).toThrow(new GraphError(text));
});

test("operands of different element types are refused", () => {
  const g = new Operations();
  expect(() => g.add(g.input("x", "float32", [2]), g.input("k", "int64", [2]))).toThrow(
    new GraphError(
      'Add node "Add": expected operands of one element type, got float32 and int64. ' +
        "Its inputs are float32 [2], int64 [2].",
    ),
  );
});
