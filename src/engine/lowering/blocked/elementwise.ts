/** @file Element-wise operators on blocked images. */

import { type Shape, sameShape, sizeOf } from "../../../core/index.ts";
import type { Operations, RawAttribute, Value } from "../../onnx/index.ts";
import type { BlockedLowering, LoweringContext } from "../context.ts";
import { type Layouts, blockedAxes, isPerChannel } from "../layouts.ts";
import { reshape } from "../reshape.ts";

/**
 * Runs blocked where an operand already is. The others may be images, one number, or one number a channel.
 *
 * Where all are one number a channel that were expanded to an image, so is the result.
 */
export const elementwise: BlockedLowering = (context) => {
  const { node, output, layouts } = context;
  if (!layouts.canBlock(output)) return undefined;
  const operands = node.inputs.map((input) => (input === null ? null : operandOf(input, output.shape, layouts)));
  if (operands.includes(undefined)) return undefined;
  const kinds = new Set(operands.map((operand) => operand?.kind));
  if (kinds.has("compact") && !kinds.has("image")) return compactResult(context);
  if (!node.inputs.some((input) => input !== null && isBlockedImage(input, output.shape, layouts))) return undefined;
  return blockedResult(context, kinds.has("compact"));
};

/** Images that repeat one number a channel stay unexpanded for as long as possible. */
export const expand: BlockedLowering = ({ node, output, layouts }) => {
  const x = node.input(0);
  if (!layouts.canBlock(output) || !isPerChannel(x.shape, output.shape)) return undefined;
  return { compact: layouts.plain(x) };
};

type Kind = "image" | "compact" | "number";

function operandOf(value: Value, shape: Shape, layouts: Layouts): { kind: Kind } | undefined {
  if (sizeOf(value.shape) === 1) return { kind: "number" };
  if (sameShape(value.shape, shape)) return { kind: layouts.compact(value) === undefined ? "image" : "compact" };
  return isPerChannel(value.shape, shape) ? { kind: "compact" } : undefined;
}

function isBlockedImage(value: Value, shape: Shape, layouts: Layouts): boolean {
  return sameShape(value.shape, shape) && layouts.isBlocked(value);
}

function compactResult({ g, node, layouts }: LoweringContext): { compact: Value } {
  const operands = node.inputs.map((input) =>
    input === null ? null : (layouts.compact(input) ?? layouts.plain(input)),
  );
  return { compact: g.op(node.opType, operands, rawAttributes(node.attributes)) };
}

function blockedResult({ g, node, output, layouts }: LoweringContext, hasCompact: boolean): { blocked: Value } {
  // rows as they lie in memory, so that one number a channel broadcasts in long runs
  const [batch, blocks, height, width, block] = blockedAxes(output.shape, layouts.blockSize ?? 1);
  const rows = [batch, blocks, height, width * block];
  const operands = node.inputs.map((input) => {
    if (input === null) return null;
    if (sizeOf(input.shape) === 1) return layouts.plain(input);
    const compact = layouts.compact(input);
    if (compact === undefined && sameShape(input.shape, output.shape)) {
      return hasCompact ? reshape(g, layouts.blocked(input), rows) : layouts.blocked(input);
    }
    return repeatedAlongRow(g, compact ?? layouts.plain(input), { blocks, width, block });
  });
  return { blocked: reshape(g, g.op(node.opType, operands, rawAttributes(node.attributes)), output.shape) };
}

/** [N or 1, C, 1, 1] as [N or 1, C / block, 1, W * block]. */
function repeatedAlongRow(
  g: Operations,
  value: Value,
  { blocks, width, block }: { blocks: number; width: number; block: number },
): Value {
  const [batch] = value.shape;
  const split = reshape(g, value, [batch, blocks, 1, block]);
  const repeated = width === 1 ? split : g.expand(split, [batch, blocks, width, block]);
  return reshape(g, repeated, [batch, blocks, 1, width * block]);
}

function rawAttributes(attributes: LoweringContext["node"]["attributes"]): Record<string, RawAttribute> {
  return Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value]));
}
