/** @file Operators that slide a window: convolutions and pooling. */

import { type Shape, sameShape } from "../../../core/index.ts";
import type { AttributeType } from "../graph.ts";
import type { NodeView, Operator, OutputType } from "../operator.ts";

const slidingAttributes = {
  auto_pad: "STRING",
  kernel_shape: "INTS",
  pads: "INTS",
  strides: "INTS",
} as const satisfies Record<string, AttributeType>;

const windowAttributes = { ...slidingAttributes, dilations: "INTS" } as const satisfies Record<string, AttributeType>;

/** A window over the spatial axes, with every default filled in. Pads are all begins, then all ends. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

export const windowOperators = {
  Conv: { attributes: { ...windowAttributes, group: "INT" }, infer: inferConv },
  ConvTranspose: {
    attributes: { ...windowAttributes, group: "INT", output_padding: "INTS", output_shape: "INTS" },
    infer: inferConvTranspose,
  },
  MaxPool: {
    attributes: { ...windowAttributes, ceil_mode: "INT", storage_order: "INT" },
    infer: (node) => {
      const shape = pooledShape(node);
      return [
        { dtype: node.input(0).dtype, shape },
        { dtype: "int64", shape },
      ];
    },
  },
  AveragePool: {
    attributes: { ...slidingAttributes, ceil_mode: "INT", count_include_pad: "INT" },
    infer: (node) => [{ dtype: node.input(0).dtype, shape: pooledShape(node) }],
  },
  LpPool: {
    attributes: { ...slidingAttributes, p: "INT" },
    infer: (node) => [{ dtype: node.input(0).dtype, shape: pooledShape(node) }],
  },
  GlobalAveragePool: { attributes: {}, infer: inferGlobalPool },
  GlobalMaxPool: { attributes: {}, infer: inferGlobalPool },
} satisfies Record<string, Operator>;

/**
 * The window that a convolution or pooling node slides over `spatial`; `SAME_*` and `VALID` padding become numbers.
 *
 * @throws GraphError if the lists do not have one entry an axis.
 */
export function windowOf(node: NodeView, spatial: Shape, kernelShape?: Shape): Window {
  const kernel = node.ints("kernel_shape") ?? kernelShape;
  if (kernel === undefined || kernel.length !== spatial.length) {
    throw node.error(`expected kernel_shape with ${spatial.length} entries, got ${kernel?.length ?? "none"}`);
  }
  const strides = node.ints("strides") ?? spatial.map(() => 1);
  const dilations = node.ints("dilations") ?? spatial.map(() => 1);
  const autoPad = node.string("auto_pad", "NOTSET");
  if (autoPad !== "NOTSET" && autoPad !== "VALID" && autoPad !== "SAME_UPPER" && autoPad !== "SAME_LOWER") {
    throw node.error(`expected auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER, got ${autoPad}`);
  }
  const pads =
    autoPad === "NOTSET" ? node.ints("pads") : automaticPads(autoPad, { spatial, kernel, strides, dilations });
  const window = { kernel, strides, dilations, pads: pads ?? [...spatial, ...spatial].map(() => 0) };
  if (
    window.pads.length !== 2 * spatial.length ||
    strides.length !== spatial.length ||
    dilations.length !== spatial.length
  ) {
    throw node.error(`expected one stride and dilation and two pads for each of ${spatial.length} spatial axes`);
  }
  if ([kernel, strides, dilations].some((list) => list.some((length) => length < 1))) {
    throw node.error("expected kernel lengths, strides and dilations of 1 or more");
  }
  if (window.pads.some((pad) => pad < 0)) throw node.error("expected pads of 0 or more");
  return window;
}

function automaticPads(
  autoPad: "VALID" | "SAME_UPPER" | "SAME_LOWER",
  { spatial, kernel, strides, dilations }: { spatial: Shape; kernel: Shape; strides: Shape; dilations: Shape },
): readonly number[] {
  if (autoPad === "VALID") return [...spatial, ...spatial].map(() => 0);
  const totals = spatial.map((length, axis) => {
    const output = Math.ceil(length / strides[axis]);
    return Math.max(0, (output - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1 - length);
  });
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total) => Math.ceil(total / 2));
  return autoPad === "SAME_LOWER" ? [...large, ...small] : [...small, ...large];
}

/** Output lengths of a window slid over `spatial`. */
export function slidLengths(spatial: Shape, window: Window, ceilMode = false): number[] {
  return spatial.map((length, axis) => {
    const before = window.pads[axis];
    const padded = length + before + window.pads[axis + spatial.length];
    const reach = (window.kernel[axis] - 1) * window.dilations[axis] + 1;
    const steps = (padded - reach) / window.strides[axis];
    if (!ceilMode) return Math.floor(steps) + 1;
    const count = Math.ceil(steps) + 1;
    // A window that would start in the padding at the end is left out, as PyTorch does.
    return (count - 1) * window.strides[axis] >= length + before ? count - 1 : count;
  });
}

function inferConv(node: NodeView): OutputType[] {
  const [x, weight] = [node.input(0), node.input(1)];
  const dtype = node.sharedDType([x, weight]);
  const group = node.int("group", 1);
  if (x.shape.length < 3 || weight.shape.length !== x.shape.length) {
    throw node.error("expected an input [N, C, spatial…] and weights [O, C / group, kernel…]");
  }
  if (weight.shape[1] * group !== x.shape[1]) {
    throw node.error(`expected weights over ${x.shape[1]} / ${group} channels, got ${weight.shape[1]}`);
  }
  if (weight.shape[0] % group !== 0)
    throw node.error(`expected output channels divisible by ${group} groups, got ${weight.shape[0]}`);
  requireBias(node, weight.shape[0]);
  const window = windowOf(node, x.shape.slice(2), weight.shape.slice(2));
  const spatial = slidLengths(x.shape.slice(2), window);
  requirePositive(node, spatial);
  return [{ dtype, shape: [x.shape[0], weight.shape[0], ...spatial] }];
}

function inferConvTranspose(node: NodeView): OutputType[] {
  const [x, weight] = [node.input(0), node.input(1)];
  const dtype = node.sharedDType([x, weight]);
  const group = node.int("group", 1);
  if (x.shape.length < 3 || weight.shape.length !== x.shape.length) {
    throw node.error("expected an input [N, C, spatial…] and weights [C, O / group, kernel…]");
  }
  if (weight.shape[0] !== x.shape[1])
    throw node.error(`expected weights over ${x.shape[1]} input channels, got ${weight.shape[0]}`);
  if (node.string("auto_pad", "NOTSET") !== "NOTSET" || node.ints("output_shape") !== undefined) {
    throw node.error("expected padding given by pads and output_padding, got auto_pad or output_shape");
  }
  requireBias(node, weight.shape[1] * group);
  const { kernel, strides, dilations, pads } = windowOf(node, x.shape.slice(2), weight.shape.slice(2));
  const rank = kernel.length;
  const extra = node.ints("output_padding") ?? kernel.map(() => 0);
  const spatial = kernel.map(
    (length, axis) =>
      strides[axis] * (x.shape[axis + 2] - 1) +
      extra[axis] +
      (length - 1) * dilations[axis] +
      1 -
      pads[axis] -
      pads[axis + rank],
  );
  requirePositive(node, spatial);
  return [{ dtype, shape: [x.shape[0], weight.shape[1] * group, ...spatial] }];
}

function pooledShape(node: NodeView): Shape {
  const x = node.input(0);
  if (x.shape.length < 3) throw node.error("expected an input [N, C, spatial…]");
  const spatial = slidLengths(x.shape.slice(2), windowOf(node, x.shape.slice(2)), node.int("ceil_mode", 0) === 1);
  requirePositive(node, spatial);
  return [x.shape[0], x.shape[1], ...spatial];
}

function inferGlobalPool(node: NodeView): OutputType[] {
  const { dtype, shape } = node.input(0);
  if (shape.length < 3) throw node.error("expected an input [N, C, spatial…]");
  return [{ dtype, shape: [shape[0], shape[1], ...shape.slice(2).map(() => 1)] }];
}

function requireBias(node: NodeView, channels: number): void {
  const bias = node.optionalInput(2);
  if (bias !== null && !sameShape(bias.shape, [channels])) throw node.error(`expected a bias of ${channels} elements`);
}

function requirePositive(node: NodeView, spatial: Shape): void {
  if (spatial.some((length) => length < 1)) {
    throw node.error(`expected the window to fit the padded input, got output lengths ${spatial.join(" x ")}`);
  }
}
