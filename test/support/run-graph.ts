/** @file Builds a small graph and runs it once, for tests. */

import { type Shape, type Tensor, float32, stream } from "../../src/core/index.ts";
import { lower } from "../../src/engine/lowering/index.ts";
import { type Graph, Operations, type Value } from "../../src/engine/onnx/index.ts";
import { type Device, createSession } from "../../src/engine/runtime/index.ts";
import { testDevice, testSession } from "./device.ts";

/** The least distance between any two values of {@link distinctValues}, and twice that of any value from 0. */
export const LEAST_DISTANCE = 0.06;

/**
 * float32 tensors in which no two values are equal or close, and none is close to 0.
 *
 * Values lie on a grid around 0 in an order drawn from `seed`, so no maximum, kink or sign is ever in doubt.
 */
export function distinctValues(shapes: readonly Shape[], seed = 1): Tensor<"float32">[] {
  const sizes = shapes.map((shape) => shape.reduce((product, length) => product * length, 1));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const spacing = Math.max(LEAST_DISTANCE, 3 / total);
  const order = stream(seed, "distinct values").permutation(total);
  // half a step off the middle, so that 0 is no grid point even where the number of values is odd
  const middle = Math.ceil(total / 2) - 0.5;
  let start = 0;
  return shapes.map((shape, index) => {
    const slots = order.subarray(start, (start += sizes[index]));
    return float32(
      Float32Array.from(slots, (slot) => (slot - middle) * spacing),
      shape,
    );
  });
}

/** The same, every value 0.5 or more, for logarithms and roots. */
export function positiveValues(shape: Shape): Tensor<"float32"> {
  const [values] = distinctValues([shape]);
  const lowest = Math.min(...values.data);
  return float32(
    values.data.map((value) => value - lowest + 0.5),
    shape,
  );
}

/** Builds a graph over fed inputs `x0`, `x1`, … whose outputs are named `y0`, `y1`, …. */
export function buildGraph(
  inputs: readonly Tensor[],
  build: (g: Operations, values: readonly Value[]) => readonly Value[],
): Graph {
  const g = new Operations();
  const values = inputs.map((input, index) => g.input(`x${index}`, input.dtype, input.shape));
  build(g, values).forEach((value, index) => g.output(value, `y${index}`));
  return lower(g.build("test"));
}

/** A compiled graph of {@link buildGraph}: tensors in, tensors out, by position. */
export interface GraphRunner {
  run(inputs: readonly Tensor[]): Promise<Tensor[]>;
  close(): Promise<void>;
}

/** Compiles a graph of {@link buildGraph}, for the tests' device unless another is named, on one thread. */
export async function compileGraph(graph: Graph, device: Device = testDevice): Promise<GraphRunner> {
  const session = await createSession(graph, { ...testSession, device });
  return {
    run: async (inputs) => {
      const fed = Object.fromEntries(inputs.map((input, index) => [`x${index}`, input]));
      const results = await session.run(fed);
      return graph.outputs.map(({ name }) => results[name]);
    },
    close: () => session.close(),
  };
}

/** Runs a graph of {@link buildGraph} once. */
export async function runGraph(graph: Graph, inputs: readonly Tensor[]): Promise<Tensor[]> {
  const runner = await compileGraph(graph);
  try {
    return await runner.run(inputs);
  } finally {
    await runner.close();
  }
}
