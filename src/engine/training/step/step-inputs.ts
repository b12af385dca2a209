/** @file What a step is fed besides its samples: masks and the optimizer's scalars. */

import { type Shape, type Tensor, float32, scalar, sizeOf, stream } from "../../../core/index.ts";
import type { Optimizer } from "../../nn/index.ts";
import type { Operations, Value } from "../../onnx/index.ts";

/** A mask that is drawn for every step. */
export interface MaskSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly keep: number;
}

/** Inputs and outputs of the first step carry plain names, those of later ones a number: `loss`, `loss #1`. */
export function nameOfStep(name: string, index: number): string {
  return index === 0 ? name : `${name} #${index}`;
}

/** Draws one step's masks; they depend on the seed, the mask's name and the step alone. */
export function drawMasks(
  masks: readonly MaskSpec[],
  { seed, step }: { seed: number; step: number },
): Record<string, Tensor> {
  return Object.fromEntries(
    masks.map(({ name, shape, keep }) => {
      const random = stream(seed, "dropout", name, step);
      const values = new Float32Array(sizeOf(shape));
      for (let index = 0; index < values.length; index++) values[index] = random.uniform() < keep ? 1 / keep : 0;
      return [`mask/${name}`, float32(values, shape)];
    }),
  );
}

/** The optimizer's scalars of one step, as the graph's inputs. */
export function scalarInputs(
  optimizer: Optimizer,
  { step, learningRate, factors = [1] }: { step: number; learningRate: number; factors?: readonly number[] },
): Record<string, Tensor> {
  return Object.fromEntries(
    factors.flatMap((factor) => {
      const values = optimizer.scalars(step, learningRate * factor);
      return optimizer.scalarNames.map((name) => [scalarName(name, factor), scalar(values[name])]);
    }),
  );
}

/** Declares the optimizer's scalars of step `index`, by factor on the learning rate. */
export function scalarValues(
  g: Operations,
  { optimizer, factors, index }: { optimizer: Optimizer; factors: readonly number[]; index: number },
): ReadonlyMap<number, Record<string, Value>> {
  const input = (name: string, factor: number): Value =>
    g.input(nameOfStep(scalarName(name, factor), index), "float32", []);
  return new Map(
    factors.map((factor) => [
      factor,
      Object.fromEntries(optimizer.scalarNames.map((name) => [name, input(name, factor)])),
    ]),
  );
}

/** `scalar/learning_rate`, and `scalar/learning_rate x 0.5` where parameters have a factor of their own. */
function scalarName(name: string, factor: number): string {
  return factor === 1 ? `scalar/${name}` : `scalar/${name} x ${factor}`;
}
