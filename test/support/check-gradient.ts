/** @file Compares gradients with central differences, and tables of such cases with the rules they are about. */

import { describe, expect, test } from "vitest";
import { type Shape, type Tensor, float32, formatShape, sizeOf, stream } from "../../src/core/index.ts";
import { type GradientRule, gradient } from "../../src/engine/autodiff/index.ts";
import type { Operations, Value } from "../../src/engine/onnx/index.ts";
import { type GraphRunner, LEAST_DISTANCE, buildGraph, compileGraph, distinctValues, runGraph } from "./run-graph.ts";

/**
 * Half of a central difference, and the double of it for Richardson's extrapolation.
 *
 * The longer step stays inside LEAST_DISTANCE / 2, so that no step crosses a kink or changes a maximum.
 */
const STEP = LEAST_DISTANCE / 6;

/**
 * Allowed difference, times 1 + the largest gradient of the same input.
 *
 * Kernels compute in float32: an output of size 3 is exact to 2e-7, which a difference over 2 STEP makes 1e-5 and a
 * sum over the outputs that one input reaches ten times that. The extrapolation leaves terms of STEP^4, below that.
 * A wrong factor, sign, place or missing term is off by the gradient itself.
 */
const TOLERANCE = 1e-3;

/** A small differentiable graph of float32 inputs. */
export interface GradientCase {
  /** What is particular about this case. */
  title: string;
  /** Shapes, filled with distinct values, or tensors where the values matter. */
  inputs: readonly (Shape | Tensor<"float32">)[];
  /** One value, or those that the loss depends on. */
  build: (g: Operations, inputs: readonly Value[]) => Value | readonly Value[];
}

/** The gradients of sum(weight * output) in every input; weights are 1 when left out. */
export async function gradientsOf(
  { inputs, build }: Pick<GradientCase, "inputs" | "build">,
  weights?: readonly Tensor<"float32">[],
): Promise<Tensor[]> {
  return (await outputsAndGradients({ inputs: filled(inputs), build }, weights)).slice(-inputs.length);
}

/** What a case computes, then the gradients of sum(weight * output) in every input. */
async function outputsAndGradients(
  { inputs, build }: { inputs: readonly Tensor<"float32">[]; build: GradientCase["build"] },
  weights?: readonly Tensor<"float32">[],
): Promise<Tensor[]> {
  const graph = buildGraph(inputs, (g, values) => {
    const outputs = [build(g, values)].flat();
    const weighted = outputs.map((output, index) => {
      const product = weights === undefined ? output : g.mul(output, g.constant(weights[index]));
      return g.reduceSum(product, [...output.shape.keys()]);
    });
    return [...outputs, ...gradient(g, weighted.reduce(g.add), values)];
  });
  return runGraph(graph, inputs);
}

/**
 * Compares the gradient in every input with central differences of a randomly weighted sum of the outputs.
 *
 * The sum is taken here in float64, so that only outputs an input reaches contribute rounding. Differences take some
 * hundred runs and are the CPU's, whatever the device of the gradients: its outputs have to be the CPU's too.
 *
 * @throws Error naming the input or output, the index and both values, if one differs.
 */
export async function checkGradient(given: GradientCase): Promise<void> {
  const inputs = filled(given.inputs);
  const forward = buildGraph(inputs, (g, values) => [given.build(g, values)].flat());
  const weights = forward.outputs.map(({ shape }, index) => randomWeights(shape, index));
  const computed = await outputsAndGradients({ ...given, inputs }, weights);
  const runner = await compileGraph(forward, "cpu");
  try {
    for (const [position, expected] of (await runner.run(inputs)).entries()) {
      compare(computed[position], Array.from(expected.data, Number), `${given.title}: output ${position}`);
    }
    for (const [position, grad] of computed.slice(weights.length).entries()) {
      const expected = await centralDifferences(runner, { inputs, position, weights });
      compare(grad, expected, `${given.title}: input ${position}`);
    }
  } finally {
    await runner.close();
  }
}

/**
 * One test for each case; besides, no rule may be without cases, and no case without its rule's operator.
 *
 * `cases` are by operator, as `rules` are.
 */
export function testGradients<Name extends string>(
  rules: Readonly<Record<Name, GradientRule>>,
  cases: Readonly<Record<NoInfer<Name>, readonly GradientCase[]>>,
): void {
  const lists = Object.entries<readonly GradientCase[]>(cases).map(([opType, list]) => ({ opType, list }));

  test("every rule has a case, and every case its rule", () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(rules).sort());
    expect(lists.filter(({ list }) => list.length === 0)).toEqual([]);
  });

  describe.each(lists)("$opType", ({ opType, list }) => {
    test.each(list)("$title", async (given) => {
      const graph = buildGraph(filled(given.inputs), (g, values) => [given.build(g, values)].flat());
      expect(graph.nodes.map((node) => node.opType)).toContain(opType);
      await expect(checkGradient(given)).resolves.toBeUndefined();
    });
  });
}

function filled(inputs: GradientCase["inputs"]): Tensor<"float32">[] {
  const isShape = (input: Shape | Tensor<"float32">): input is Shape => Array.isArray(input);
  const values = distinctValues(inputs.map((input) => (isShape(input) ? input : [])));
  return inputs.map((input, index) => (isShape(input) ? values[index] : input));
}

function randomWeights(shape: Shape, index: number): Tensor<"float32"> {
  const random = stream(1, "loss weights", index);
  return float32(
    Float32Array.from({ length: sizeOf(shape) }, () => 0.5 + random.uniform()),
    shape,
  );
}

async function centralDifferences(
  runner: GraphRunner,
  { inputs, position, weights }: { inputs: readonly Tensor<"float32">[]; position: number; weights: readonly Tensor[] },
): Promise<number[]> {
  const lossAt = async (index: number, step: number): Promise<number> => {
    const moved = inputs[position].data.slice();
    moved[index] += step;
    const outputs = await runner.run(inputs.map((input, i) => (i === position ? { ...input, data: moved } : input)));
    return outputs.reduce((sum, output, i) => sum + dot(output, weights[i]), 0);
  };
  const slope = async (index: number, step: number): Promise<number> => {
    const value = inputs[position].data[index];
    const width = Math.fround(value + step) - Math.fround(value - step);
    return ((await lossAt(index, step)) - (await lossAt(index, -step))) / width;
  };
  const slopes: number[] = [];
  for (let index = 0; index < inputs[position].data.length; index++) {
    slopes.push((4 * (await slope(index, STEP)) - (await slope(index, 2 * STEP))) / 3);
  }
  return slopes;
}

function dot(a: Tensor, b: Tensor): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Number(a.data[i]) * Number(b.data[i]);
  return sum;
}

function compare(computed: Tensor, expected: readonly number[], where: string): void {
  const actual = Array.from(computed.data, Number);
  const allowed = TOLERANCE * (1 + Math.max(...expected.map(Math.abs)));
  const wrong = actual.findIndex((value, index) => !(Math.abs(value - expected[index]) <= allowed));
  if (actual.length !== expected.length || wrong >= 0) {
    throw new Error(
      `${where} ${formatShape(computed.shape)}: expected ${expected[wrong]} at index ${wrong}, got ${actual[wrong]}.`,
    );
  }
}
