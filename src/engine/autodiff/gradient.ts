/** @file Reverse-mode differentiation: one walk from the loss back to what it depends on. */

import { GraphError, type Shape, formatShape, sameShape, sizeOf, zeros } from "../../core/index.ts";
import { type Node, NodeView, type Operations, type Value, describeNode, operatorCounts } from "../onnx/index.ts";
import { type ElementwiseFunction, ElementwiseFunctions, slopeOf } from "./elementwise-functions.ts";
import { nodesBetween } from "./nodes-between.ts";
import { recomputed } from "./recompute.ts";
import { gradientRulesByDomain, notDifferentiable } from "./rules/table.ts";

export interface GradientOptions {
  /** True if what attention weighs tokens by is computed again rather than kept; false when left out. */
  recomputes?: boolean;
}

/**
 * The gradients of a scalar loss, added to the graph that computes it.
 *
 * Only nodes between `wrt` and the loss are visited, so what lies before a frozen boundary needs no rule
 * and costs nothing. Where a value is used several times its gradients are added in reverse order of use.
 *
 * @throws GraphError if the loss is no scalar, does not depend on one of `wrt`, or an operator on the way has no rule.
 */
export function gradient(
  g: Operations,
  loss: Value,
  wrt: readonly Value[],
  { recomputes = false }: GradientOptions = {},
): Value[] {
  if (sizeOf(loss.shape) !== 1)
    throw new GraphError(`gradient: expected a scalar loss, got shape ${formatShape(loss.shape)}. Reduce it first.`);
  if (loss.dtype !== "float32") throw new GraphError(`gradient: expected a float32 loss, got ${loss.dtype}.`);
  const between = nodesBetween(g.nodes, loss, wrt);
  const again = recomputes ? recomputed(g) : (value: Value): Value => value;
  const functions = new ElementwiseFunctions(g, [loss, ...wrt]);
  const grads = new Map<string, Value>([[loss.name, g.expand(g.scalar(1), loss.shape)]]);
  for (const node of [...between].reverse()) {
    const dys = node.outputs.map((output) => grads.get(output.name) ?? null);
    if (dys.every((dy) => dy === null)) continue;
    const whole = functions.endingWith(node);
    const flowing = whole === undefined ? inputGradients(g, node, { dys, again }) : throughFunction(g, whole, dys);
    for (const [input, grad] of flowing) {
      const before = grads.get(input.name);
      grads.set(input.name, before === undefined ? grad : g.add(before, grad));
    }
  }
  return wrt.map((value) => {
    const grad = grads.get(value.name);
    if (grad === undefined)
      throw new GraphError(`gradient: expected the loss to depend on "${value.name}", but it does not.`);
    return grad;
  });
}

function inputGradients(
  g: Operations,
  node: Node,
  { dys, again }: { dys: readonly (Value | null)[]; again: (value: Value) => Value },
): [Value, Value][] {
  if (node.foreign !== undefined) {
    throw new GraphError(
      `node "${node.name}": expected operators with gradient rules, got those of a file, which run as they are: ` +
        `${Object.keys(operatorCounts(node.foreign.nodes)).join(", ")}. ` +
        `Freeze the layers up to this node, or leave it out of what is trained.`,
    );
  }
  const rule = gradientRulesByDomain[node.domain]?.[node.opType];
  if (rule === undefined) {
    if (node.domain === "" && notDifferentiable.has(node.opType)) return [];
    throw new GraphError(
      `${describeNode(node)}: expected an operator with a gradient rule, got none for "${node.opType}". ` +
        `Freeze the layers up to this node, or leave it out of what is trained.`,
    );
  }
  const view = new NodeView(node, (value) => g.constantOf(value));
  return g.scoped(`grad/${node.name}`, () => {
    const dy = dys[0] ?? g.constant(zeros(node.outputs[0].shape));
    const inputs = node.inputs.map((input) => (input === null ? input : again(input))) as readonly Value[];
    const results = rule({ g, node: view, inputs, outputs: node.outputs.map(again), dy, dys });
    return node.inputs.flatMap((input, index): [Value, Value][] => {
      const grad = results[index] ?? null;
      return grad === null || input === null ? [] : [[input, unbroadcast(g, grad, input.shape)]];
    });
  });
}

/** dx = dy * f'(x); nothing flows to the values in between. */
function throughFunction(g: Operations, whole: ElementwiseFunction, dys: readonly (Value | null)[]): [Value, Value][] {
  const [dy] = dys;
  if (dy === null || dy === undefined) return [];
  const [{ name }] = whole.nodes.slice(-1);
  return g.scoped(`grad/${name}`, () => [[whole.x, g.mul(dy, slopeOf(g, whole))]]);
}

/** Sums a gradient over the axes along which its input was broadcast. */
function unbroadcast(g: Operations, grad: Value, shape: Shape): Value {
  if (sameShape(grad.shape, shape)) return grad;
  const extra = grad.shape.length - shape.length;
  const axes = grad.shape.flatMap((length, axis) =>
    axis < extra || (shape[axis - extra] === 1 && length !== 1) ? [axis] : [],
  );
  const summed = axes.length === 0 ? grad : g.reduceSum(grad, axes, 1);
  return g.reshape(summed, shape);
}
