/** @file What an optimizer is. */

import type { Operations, Value } from "../../onnx/index.ts";

export interface UpdateContext {
  readonly g: Operations;
  readonly parameter: Value;
  readonly grad: Value;
  /** Slot values by slot name, in the parameter's shape. */
  readonly slots: Readonly<Record<string, Value>>;
  /** The step's scalars by name. */
  readonly scalars: Readonly<Record<string, Value>>;
}

export interface UpdateResult {
  readonly parameter: Value;
  readonly slots: Readonly<Record<string, Value>>;
}

/** An update rule as part of a training graph. */
export interface Optimizer {
  /** State kept for every trained parameter, zeros at first. */
  readonly slotNames: readonly string[];
  readonly scalarNames: readonly string[];
  /** Values of the scalars at one step (from 0), computed in double precision. */
  scalars(step: number, learningRate: number): Readonly<Record<string, number>>;
  update(context: UpdateContext): UpdateResult;
}
