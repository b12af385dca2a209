/** @file Operators of today's files give PyTorch's results and gradients; made by make_operators.py. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Tensor, float32, int64, sizeOf } from "../../src/core/index.ts";
import { gradient } from "../../src/engine/autodiff/index.ts";
import { type Value, decodeModel } from "../../src/engine/onnx/index.ts";
import { type OneNode, oneNodeModel } from "../support/one-node.ts";
import { buildGraph, runGraph } from "../support/run-graph.ts";
import { hashSymmetric } from "./hash-data.ts";

/** Of one depth all over. */
type Nested = readonly (number | boolean | Nested)[];

interface OperatorCase extends Pick<OneNode, "opType" | "opset" | "attributes"> {
  readonly shapes: readonly (readonly number[])[];
  /** By place among the node's inputs, which the others fill: lengths, numbers, places, or what is added or allowed. */
  readonly constants: Readonly<Record<string, Nested | undefined>>;
  readonly output: { readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly gradients: readonly (readonly number[])[];
}

const { cases } = JSON.parse(readFileSync(new URL("operators.json", import.meta.url), "utf8")) as {
  cases: readonly OperatorCase[];
};

/** Of kernels in float32 on numbers around 1. */
const TOLERANCE = 2e-5;

test.each(cases.map((one, index) => ({ ...one, index })))(
  "$opType of operator set $opset, case $index",
  async ({ opType, opset, attributes = {}, shapes, constants, output, gradients, index }) => {
    const given = Object.keys(constants).map(Number);
    const places = Math.max(shapes.length + given.filter((place) => place < shapes.length).length, ...given.map((place) => place + 1)); // prettier-ignore
    const others = [...shapes];
    const inputs = Array.from({ length: places }, (_, place) => {
      const constant = constants[place];
      if (constant !== undefined) return constantOf(constant, numbersAt[opType]?.includes(place) === true);
      return others.shift() ?? null;
    });
    const { graph } = decodeModel(oneNodeModel({ opType, opset, attributes, inputs }), { simplify: true });
    const tensors = shapes.map((shape, place) =>
      float32(hashSymmetric(1000 + 10 * index + place, sizeOf(shape), 1.5), shape),
    );
    const weights = float32(hashSymmetric(1009 + 10 * index, output.data.length, 1), output.shape);
    const built = buildGraph(tensors, (g, values) => {
      const made = new Map<string, Value>(graph.inputs.map(({ name }, place) => [name, values[place]]));
      for (const [name, tensor] of graph.initializers) made.set(name, g.initializer(name, tensor));
      for (const node of graph.nodes) {
        const again = g.again(node, node.inputs.map((input) => (input === null ? null : (made.get(input.name) ?? null)))); // prettier-ignore
        node.outputs.forEach(({ name }, place) => made.set(name, again[place]));
      }
      const y = made.get("y0") ?? g.scalar(0);
      const loss = g.reduceSum(g.mul(y, g.constant(weights)), [...y.shape.keys()]);
      return [y, ...gradient(g, loss, values)];
    });
    const [y, ...grads] = await runGraph(built, tensors);
    expect(y.shape).toEqual(output.shape);
    expect(largestError(y, output.data)).toBeLessThan(TOLERANCE);
    for (const [place, grad] of grads.entries()) {
      expect(largestError(grad, gradients[place]), `gradient of input ${place}`).toBeLessThan(TOLERANCE);
    }
  },
);

/** Where constants are no lengths or places: scales, and what is added to scores. */
const numbersAt: Readonly<Record<string, readonly number[] | undefined>> = { Resize: [2], Attention: [3] };

function constantOf(values: Nested, isNumbers: boolean): Tensor {
  const flat = (values as readonly unknown[]).flat(Infinity) as (number | boolean)[];
  const shape = lengthsOf(values);
  if (typeof flat[0] === "boolean") return { dtype: "bool", shape, data: Uint8Array.from(flat, Number) };
  const numbers = flat.map(Number);
  return isNumbers ? float32(numbers, shape) : int64(numbers, shape);
}

function lengthsOf(values: Nested): number[] {
  const [first] = values;
  return typeof first === "object" ? [values.length, ...lengthsOf(first)] : [values.length];
}

/** As a share of 1 and the largest number. */
function largestError({ data }: Tensor, expected: readonly number[]): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const errors = Array.from(data, Number).map((value, index) => Math.abs(value - expected[index]));
  return errors.length === expected.length ? Math.max(...errors) / largest : Infinity;
}
