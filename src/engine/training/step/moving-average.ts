/** @file An exponential moving average of the weights, kept beside them. */

import { ConfigError, type Tensor, scalar } from "../../../core/index.ts";
import type { Operations, Value } from "../../onnx/index.ts";
import { interpolate } from "./mixing/interpolate.ts";
import { nameOfStep } from "./step-inputs.ts";
import { slotName } from "./step-state.ts";

/** How weights are averaged over the steps. */
export interface MovingAverage {
  /** In [0, 1): the share of the average before a step in the one after it, once enough steps are done. */
  readonly decay: number;
}

const DECAY = "scalar/average_decay";

/** Full name of a parameter's average, which is kept with the optimizer's slots. */
export function averageName(parameterName: string): string {
  return slotName("average", parameterName);
}

/** @throws ConfigError if the decay is outside [0, 1). */
export function checkAverage({ decay }: MovingAverage): void {
  if (!(decay >= 0 && decay < 1)) throw new ConfigError(`average decay: expected a number in [0, 1), got ${decay}.`);
}

/**
 * The decay of one step (from 0), min(decay, (1 + step) / (10 + step)), as the graph's input.
 *
 * It rises with the steps, so that the weights of the start are soon forgotten.
 *
 * Source: TensorFlow's `ExponentialMovingAverage` with its number of updates.
 */
export function averageInputs({ decay }: MovingAverage, step: number): Record<string, Tensor> {
  return { [DECAY]: scalar(Math.min(decay, (1 + step) / (10 + step))) };
}

/** decay · average + (1 − decay) · parameter', for every update of a tensor that `values` has the average of. */
export function averageUpdates(
  g: Operations,
  {
    updates,
    values,
    index,
  }: { updates: readonly [string, Value][]; values: ReadonlyMap<string, Value>; index: number },
): [string, Value][] {
  const share = g.input(nameOfStep(DECAY, index), "float32", []);
  const rest = g.sub(g.scalar(1), share);
  return updates.flatMap(([name, other]): [string, Value][] => {
    const average = values.get(averageName(name));
    if (average === undefined) return [];
    return [
      [averageName(name), g.scoped(`average/${name}`, () => interpolate(g, { x: average, other }, { share, rest }))],
    ];
  });
}
