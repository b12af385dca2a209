/** @file What a gradient rule is given and what it gives back. */

import type { NodeView, Operations, Value } from "../onnx/index.ts";

export interface RuleContext {
  /** Where the gradient's own nodes go. */
  readonly g: Operations;
  /** The forward node, for its attributes and constant inputs. */
  readonly node: NodeView;
  /** By position; where an optional input in the middle is left out, ask `node.optionalInput` instead. */
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Gradient of the loss in the first output; zeros where the loss depends on other outputs alone. */
  readonly dy: Value;
  /** Gradients in every output; null where the loss does not depend on it. */
  readonly dys: readonly (Value | null)[];
}

/**
 * One gradient per input; null where there is none to give (integer inputs, shapes).
 * Rules ignore broadcasting: the walk sums a gradient back to its input's shape.
 * Nodes whose results end up unused are dropped when the graph is built.
 */
export type GradientRule = (context: RuleContext) => readonly (Value | null)[];
