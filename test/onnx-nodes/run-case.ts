/** @file Runs one of ONNX's own node tests. */

import { GraphError, type Tensor, TrainingError, arrayOf, halfToNumber } from "../../src/core/index.ts";
import { type Graph, decodeModel } from "../../src/engine/onnx/index.ts";
import { createSession } from "../../src/engine/runtime/index.ts";

interface CaseTensor {
  readonly name: string;
  readonly dtype: Tensor["dtype"];
  readonly shape: readonly number[];
  /** The elements' bytes in base64. */
  readonly data: string;
}

/** A line of what `write_cases.py` writes. */
export interface NodeCase {
  readonly name: string;
  /** The file's bytes in base64: as it is, and with all inputs but the first as constants. */
  readonly fed: string;
  readonly held: string;
  readonly inputs: readonly CaseTensor[];
  readonly outputs: readonly CaseTensor[];
  readonly rtol: number;
  readonly atol: number;
}

/** Of single operators, relative and absolute; expected values of halves were rounded at every step. */
const FLOAT32_TOLERANCE = 1e-6;
const HALF_TOLERANCE = 5e-3;

/** What became of a case: what is refused is never run. */
export type Outcome = "right" | "wrong" | "refused";

/** Right in one form at least, wrong in none. */
export async function runCase(one: NodeCase): Promise<Outcome> {
  const outcomes = [await runForm(one, one.fed), await runForm(one, one.held)];
  if (outcomes.includes("wrong")) return "wrong";
  return outcomes.includes("right") ? "right" : "refused";
}

async function runForm({ inputs, outputs, rtol, atol }: NodeCase, model: string): Promise<Outcome> {
  const graph = decoded(Buffer.from(model, "base64"));
  if (graph === null) return "refused";
  const session = await createSession(graph, { threads: 1 }).catch((error: unknown) => {
    // element types for which onnxruntime has no kernel
    if (error instanceof TrainingError) return null;
    throw error;
  });
  if (session === null) return "refused";
  const given = new Map(inputs.map((input) => [input.name, input]));
  try {
    const feeds = graph.inputs.map(({ name, dtype, shape }) => {
      const input = given.get(name);
      if (input === undefined) throw new Error(`no input ${name}`);
      return [name, asTensor(numbersOf(input), dtype, shape)] as const;
    });
    const results = await session.run(Object.fromEntries(feeds));
    const isRight = outputs.every((output) => {
      const { shape, data } = results[output.name];
      const expected = numbersOf(output);
      // Graft computes halves in float32
      const least = output.dtype === "float16" ? HALF_TOLERANCE : FLOAT32_TOLERANCE;
      const tolerance = { rtol: Math.max(rtol, least), atol: Math.max(atol, least) };
      return (
        shape.join() === output.shape.join() &&
        expected.every((value, index) => isNear(Number(data[index]), value, tolerance))
      );
    });
    return isRight ? "right" : "wrong";
  } finally {
    await session.close();
  }
}

/** The graph in Graft's own terms; null where it has none for it. */
function decoded(bytes: Uint8Array): Graph | null {
  try {
    return decodeModel(bytes, { simplify: true }).graph;
  } catch (error) {
    if (error instanceof GraphError) return null;
    throw error;
  }
}

function isNear(found: number, expected: number, { rtol, atol }: Record<"rtol" | "atol", number>): boolean {
  if (!Number.isFinite(expected)) return Object.is(found, expected);
  return Math.abs(found - expected) <= atol + rtol * Math.abs(expected);
}

function numbersOf({ dtype, data }: CaseTensor): number[] {
  const elements = new arrayOf[dtype](Uint8Array.from(Buffer.from(data, "base64")).buffer);
  const numbers = Array.from(elements, Number);
  return dtype === "float16" ? numbers.map(halfToNumber) : numbers;
}

function asTensor(values: readonly number[], dtype: Tensor["dtype"], shape: readonly number[]): Tensor {
  const data = dtype === "int64" ? BigInt64Array.from(values, BigInt) : arrayOf[dtype].from(values);
  return { dtype, shape, data } as Tensor;
}
