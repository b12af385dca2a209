/** @file For tests: that a graph gives the same results lowered to blocked images as lowered to plain ones. */

import { type Shape, type Tensor, float32, sameShape, sizeOf, stream } from "../../src/core/index.ts";
import { type Graph, Operations, type Value } from "../../src/engine/onnx/index.ts";
import { createSession, imageBlockSize } from "../../src/engine/runtime/index.ts";
import { lower } from "../../src/engine/lowering/index.ts";

/** This machine's; tests are skipped where there is none. */
export const blockSize = await imageBlockSize();

export interface Case {
  title: string;
  inputs: Readonly<Record<string, Shape>>;
  build: (g: Operations, inputs: Readonly<Record<string, Value>>) => Value | readonly Value[];
  /** Few different values, so that windows have several maxima. */
  ties?: boolean;
}

/**
 * Lowers and runs a case in both ways, and returns the largest difference, relative to the largest value of an output.
 *
 * Infinite if an output is missing or has another shape.
 */
export async function largestDifference({ inputs, build, ties, title }: Case): Promise<number> {
  const graph = graphOf({ inputs, build });
  const feeds = feedsOf(inputs, { title, ties: ties ?? false });
  const plain = await run(lower(graph), feeds);
  const blocked = await run(lower(graph, { blockSize }), feeds);
  const differences = Object.entries(plain).map(([name, tensor]) =>
    sameShape(blocked[name]?.shape ?? [], tensor.shape) ? relativeDifference(blocked[name], tensor) : Infinity,
  );
  return Math.max(...differences);
}

/** Domain and operator of every node of a case's blocked form. */
export function blockedOperators(given: Pick<Case, "inputs" | "build">): string[] {
  return lowered(given).nodes.map(({ domain, opType }) => `${domain}:${opType}`);
}

/** A case's blocked form. */
export function lowered(given: Pick<Case, "inputs" | "build">): Graph {
  return lower(graphOf(given), { blockSize });
}

/** Runs a case on blocked images. */
export async function runBlocked({ inputs, build, title }: Case): Promise<Record<string, Tensor>> {
  return run(lower(graphOf({ inputs, build }), { blockSize }), feedsOf(inputs, { title, ties: false }));
}

function graphOf({ inputs: shapes, build }: Pick<Case, "inputs" | "build">): Graph {
  const g = new Operations();
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, g.input(name, "float32", shape)]),
  );
  [build(g, inputs)].flat().forEach((value, index) => g.output(value, `y${index}`));
  return g.build();
}

function feedsOf(shapes: Case["inputs"], { title, ties }: { title: string; ties: boolean }): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const random = stream(7, title, name);
      const draw = ties ? () => random.integer(5) - 2 : () => random.normal();
      return [name, float32(Float32Array.from({ length: sizeOf(shape) }, draw), shape)];
    }),
  );
}

async function run(graph: Graph, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const session = await createSession(graph, { threads: 2 });
  try {
    return await session.run(feeds);
  } finally {
    await session.close();
  }
}

/** Largest difference over the largest magnitude. */
function relativeDifference(a: Tensor, b: Tensor): number {
  const [x, y] = [a.data as Float32Array, b.data as Float32Array];
  const largest = y.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return x.reduce((most, value, index) => Math.max(most, Math.abs(value - y[index])), 0) / largest;
}
