/** @file What a step does with the gradients: pulls, clipping, and the optimizer's update of each parameter. */

import type { Tensor } from "../../../core/index.ts";
import type { NamedParameter, Optimizer } from "../../nn/index.ts";
import type { Operations, Value } from "../../onnx/index.ts";
import { clipToNorm } from "./clip-to-norm.ts";
import { requireValue, slotName } from "./step-state.ts";

/** What one parameter's update has of its own. */
export interface UpdateRule {
  /** Times the learning rate of the step; 1 when left out. */
  readonly learningRateFactor?: number;
  /** Adds strength * (parameter - towards) to the gradient; towards 0 when left out. */
  readonly pull?: { readonly strength: number; readonly towards?: Tensor };
}

/** A parameter that the optimizer updates. */
export interface Target {
  readonly spec: NamedParameter;
  readonly rule: UpdateRule;
}

/** What the updates of one step are made from. */
interface UpdateContext {
  readonly optimizer: Optimizer;
  readonly clipNorm: number | undefined;
  readonly targets: readonly Target[];
  /** Of the targets, in their order. */
  readonly grads: readonly Value[];
  /** The state before the step: parameters and slots. */
  readonly values: ReadonlyMap<string, Value>;
  /** The optimizer's, by factor on the learning rate. */
  readonly scalars: ReadonlyMap<number, Record<string, Value>>;
}

/** The new values of all targets and of their slots, by name. */
export function parameterUpdates(g: Operations, context: UpdateContext): [string, Value][] {
  const { clipNorm, targets } = context;
  const pulledGrad = (position: number): Value => applyPull(g, context, position);
  const clipped =
    clipNorm === undefined
      ? undefined
      : g.scoped("clip", () => clipToNorm(g, [...targets.keys()].map(pulledGrad), clipNorm));
  return targets.flatMap((target, position) =>
    g.scoped(`optimizer/${target.spec.name}`, () =>
      updateParameter(g, context, { target, grad: clipped?.[position] ?? pulledGrad(position) }),
    ),
  );
}

/** The factors on the learning rate that the targets want. */
export function factorsOf(targets: readonly Target[]): number[] {
  return [...new Set(targets.map(({ rule: { learningRateFactor = 1 } }) => learningRateFactor))];
}

/** The new values of one parameter and its slots. */
function updateParameter(
  g: Operations,
  { optimizer, values, scalars }: UpdateContext,
  { target: { spec, rule }, grad }: { target: Target; grad: Value },
): [string, Value][] {
  const result = optimizer.update({
    g,
    parameter: requireValue(values, spec.name),
    grad,
    slots: Object.fromEntries(
      optimizer.slotNames.map((slot) => [slot, requireValue(values, slotName(slot, spec.name))]),
    ),
    scalars: scalars.get(rule.learningRateFactor ?? 1) ?? {},
  });
  const slotUpdates = Object.entries(result.slots).map(([slot, value]): [string, Value] => [
    slotName(slot, spec.name),
    value,
  ]);
  return [[spec.name, result.parameter], ...slotUpdates];
}

function applyPull(g: Operations, { targets, grads, values }: UpdateContext, position: number): Value {
  const { spec, rule } = targets[position];
  const grad = grads[position];
  const { pull } = rule;
  if (pull === undefined || pull.strength === 0) return grad;
  const parameter = requireValue(values, spec.name);
  const away = pull.towards === undefined ? parameter : g.sub(parameter, g.constant(pull.towards));
  return g.add(grad, g.scale(away, pull.strength));
}
