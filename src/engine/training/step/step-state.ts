/** @file The state of a training step by name: parameters, and the slots that are kept beside them. */

import type { Value } from "../../onnx/index.ts";

/** Full name of a slot of a parameter. */
export function slotName(slot: string, parameterName: string): string {
  return `slot/${slot}/${parameterName}`;
}

/** The value under a name of the state. */
export function requireValue(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`internal: the network asked for an unknown parameter ${name}`);
  return value;
}
