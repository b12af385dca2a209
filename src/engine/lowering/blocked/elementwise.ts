/** @file Arithmetic between blocked images of one shape. */

import { sameShape } from "../../../core/index.ts";
import type { BlockedLowering } from "../context.ts";

/** Runs blocked where an operand already is. */
export const elementwise: BlockedLowering = ({ g, node, output, layouts }) => {
  const [a, b] = [node.input(0), node.input(1)];
  if (!layouts.canBlock(output) || !sameShape(a.shape, b.shape)) return undefined;
  if (!layouts.isBlocked(a) && !layouts.isBlocked(b)) return undefined;
  return { blocked: g.op(node.opType, [layouts.blocked(a), layouts.blocked(b)]) };
};
