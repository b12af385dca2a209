/** @file Element-wise operators that take in the affine step which an image still lacks. */

import { sameShape } from "../../../core/index.ts";
import type { BlockedLowering } from "../context.ts";
import { type Activation, type AffineExtras, affineImage } from "./affine.ts";
import { elementwise } from "./elementwise.ts";

export const relu: BlockedLowering = (context) => {
  const { g, node, layouts } = context;
  const affine = layouts.affine(node.input(0));
  return affine === undefined ? elementwise(context) : { blocked: affineImage(g, affine, { activation: "Relu" }) };
};

/** With bounds that are constants. */
export const clip: BlockedLowering = (context) => {
  const { g, node, layouts } = context;
  const affine = layouts.affine(node.input(0));
  const [low, high] = [1, 2].map((index) => {
    const bound = node.optionalInput(index);
    return bound === null ? undefined : g.constantOf(layouts.plain(bound));
  });
  if (affine === undefined || low === undefined || high === undefined) return elementwise(context);
  const activation: Activation = { low: Number(low.data[0]), high: Number(high.data[0]) };
  return { blocked: affineImage(g, affine, { activation }) };
};

/** Also takes in the Relu that alone reads the sum, as at the end of a residual block. */
export const add: BlockedLowering = (context) => {
  const { g, node, output, layouts, uses } = context;
  const terms = [node.input(0), node.input(1)];
  const first = terms.findIndex((term) => layouts.affine(term) !== undefined);
  const affine = first < 0 ? undefined : layouts.affine(terms[first]);
  const other = terms[1 - first];
  if (!terms.every((term) => sameShape(term.shape, output.shape))) return elementwise(context);
  if (affine === undefined) {
    const isFilled = !layouts.canBlock(output) && terms.every((term) => layouts.isBlocked(term));
    if (!isFilled) return elementwise(context);
    return { blocked: g.add(layouts.blocked(terms[0]), layouts.blocked(terms[1])) };
  }
  const next = uses.onlyReader(output);
  const activation = next?.opType === "Relu" && next.domain === "" ? "Relu" : undefined;
  const extras: AffineExtras = { summand: layouts.blocked(other), ...(activation === undefined ? {} : { activation }) };
  const blocked = affineImage(g, affine, extras);
  if (next !== undefined && activation !== undefined) layouts.place(next.outputs[0], { blocked });
  return { blocked };
};
