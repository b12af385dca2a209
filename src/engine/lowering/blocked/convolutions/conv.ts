/** @file Conv and its gradient in the input, on blocked images. */

import { sameShape } from "../../../../core/index.ts";
import {
  BLOCKED_DOMAIN,
  GRAFT_DOMAIN,
  type Operations,
  type Value,
  type Window,
  windowOf,
} from "../../../onnx/index.ts";
import type { BlockedLowering, LoweringContext } from "../../context.ts";
import { flipPads } from "../../gradients/conv-grad-input.ts";
import { gradientAndWeights, stridedGradInput } from "./strided-grad-input.ts";
import { backwardWeights, flippedKernel, filledVector, filledWeights, forwardWeights, isDepthwise } from "./weights.ts";

/** Also takes in the Relu that alone reads the result. */
export const conv: BlockedLowering = (context) => {
  const { g, node, output, layouts, uses } = context;
  const [x, weight, bias] = [node.input(0), node.input(1), node.optionalInput(2)];
  const { blockSize = 0 } = layouts;
  const group = blockedGroup(context);
  const takesPlain = group === 1 && x.shape[1] < blockSize;
  if (!layouts.canFill(output) || !(takesPlain || layouts.canFill(x)) || group === undefined) return undefined;
  // onnxruntime blocks convolutions with constant weights by itself, and folds what surrounds them
  if (isConstant(g, layouts.plain(weight)) && !layouts.isBlocked(x)) return undefined;
  const window = windowOf(node, x.shape.slice(2), weight.shape.slice(2));
  const image = takesPlain ? layouts.plain(x) : layouts.blocked(x);
  const outputs = layouts.blockedChannels(output);
  const inputChannels = takesPlain || group !== 1 ? weight.shape[1] : layouts.blockedChannels(x);
  const filled = filledWeights(g, layouts.plain(weight), [outputs, inputChannels]);
  const next = uses.onlyReader(output);
  const activation = next?.opType === "Relu" && next.domain === "" ? "Relu" : undefined;
  const center = centerOf({ output, uses, layouts });
  const centred = centredBias(g, bias === null ? null : layouts.plain(bias), center);
  const inputs = [image, forwardWeights(g, filled, blockSize), centred && filledVector(g, centred, outputs)];
  const attributes = { ...windowAttributes(window), group, ...(activation === undefined ? {} : { activation }) };
  const blocked = g.op("Conv", inputs, attributes, { domain: BLOCKED_DOMAIN });
  if (next !== undefined && activation !== undefined) layouts.place(next.outputs[0], { blocked });
  return center === undefined ? { blocked } : { affine: { image: blocked, offset: filledVector(g, center, outputs) } };
};

/** The groups of a blocked convolution: 1, or every channel of the blocked image by itself; undefined for any others. */
function blockedGroup({ node, layouts }: LoweringContext): number | undefined {
  const group = node.int("group", 1);
  if (group === 1) return 1;
  return isDepthwise(node.input(1), group) ? layouts.blockedChannels(node.input(0)) : undefined;
}

/** What the batch normalization that alone reads a convolution, beside its own gradient, would have taken off first. */
function centerOf({ output, uses, layouts }: Pick<LoweringContext, "output" | "uses" | "layouts">): Value | undefined {
  const readers = uses.readers(output) ?? [];
  const forward = readers.find(({ domain, opType }) => domain === GRAFT_DOMAIN && opType === "BatchNormTraining");
  const others = readers.filter((reader) => reader !== forward);
  const center = forward?.inputs[3];
  if (center === undefined || center === null || !layouts.isPlaced(center)) return undefined;
  return others.every(({ domain, opType }) => domain === GRAFT_DOMAIN && opType === "BatchNormGrad")
    ? layouts.plain(center)
    : undefined;
}

function centredBias(g: Operations, bias: Value | null, center: Value | undefined): Value | null {
  if (center === undefined) return bias;
  return bias === null ? g.neg(center) : g.sub(bias, center);
}

/**
 * With stride 1: a convolution of dy with the kernel flipped and its channel axes swapped.
 *
 * Also takes in the Add that alone reads the result, as where gradients of several uses of an image meet.
 */
export const convGradInput: BlockedLowering = (context) => {
  const { g, node, output, layouts } = context;
  const [dy, weight] = [node.input(0), node.input(1)];
  const { blockSize = 0 } = layouts;
  const group = blockedGroup(context);
  if (!layouts.canFill(output) || !layouts.canFill(dy) || group === undefined) return undefined;
  const window = windowOf(node, output.shape.slice(2), weight.shape.slice(2));
  const pads = flipPads(window, 2);
  if (window.strides.some((stride) => stride !== 1)) return stridedGradInput(context, group);
  if (pads.some((pad) => pad < 0)) return undefined;
  const { image, scaled } = gradientAndWeights(context);
  const attributes = { ...windowAttributes({ ...window, pads }), group };
  const weights = backwardWeights(g, scaled, { blockSize, part: flippedKernel(weight) });
  const sum = sumWith(context);
  const summand = sum && layouts.blocked(sum.other);
  const inputs = [image, weights, null, summand ?? null];
  const blocked = g.op("Conv", inputs, attributes, { domain: BLOCKED_DOMAIN });
  if (sum !== undefined) layouts.place(sum.total, { blocked });
  return { blocked };
};

/** The sum that alone reads a node's output, where the other term is a blocked image already. */
function sumWith({ output, layouts, uses }: LoweringContext): { other: Value; total: Value } | undefined {
  const next = uses.onlyReader(output);
  if (next?.opType !== "Add" || next.domain !== "") return undefined;
  const other = next.inputs.find((input) => input?.name !== output.name) ?? null;
  if (other === null || !sameShape(other.shape, output.shape) || !layouts.isPlaced(other)) return undefined;
  return layouts.isBlocked(other) ? { other, total: next.outputs[0] } : undefined;
}

function windowAttributes({ kernel, strides, dilations, pads }: Window): Record<string, readonly number[]> {
  return { kernel_shape: kernel, strides, dilations, pads };
}

function isConstant(g: Operations, value: Value): boolean {
  return g.constantOf(value) !== undefined;
}
