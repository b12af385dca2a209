/** @file Sessions of small graphs outlive their owners, for whoever compiles the same again: short runs take less time. */

import { sizeOf } from "../../core/index.ts";
import type { Graph } from "../onnx/index.ts";
import type { InferenceSession } from "./onnxruntime.ts";

/** Numbers in all values of one graph, of which a session may hold the memory: 32 MB of float32. */
const MOST_NUMBERS = 8 * 2 ** 20;
/** In bytes; a file of more has weights in it, and there is no second. */
const LONGEST_MODEL = 2 ** 20;
/** All that are kept; those closed first go first. */
const MOST_KEPT = 16;

const kept = new Map<string, InferenceSession>();
const latin1 = new TextDecoder("latin1");

/** By what the session of a graph's file is found again; null for one that is too large to be held for nothing. */
export function keptName(graph: Graph, model: Uint8Array, threads: number | undefined): string | null {
  const values = graph.nodes.flatMap(({ outputs }) => outputs);
  const numbers = values.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  return model.length > LONGEST_MODEL || numbers > MOST_NUMBERS
    ? null
    : `${threads ?? "all"} threads: ${latin1.decode(model)}`;
}

/** The session of this name, which is then nobody else's. */
export function takeKept(name: string): InferenceSession | undefined {
  const session = kept.get(name);
  kept.delete(name);
  return session;
}

/** Keeps a session that works and that nobody uses any more. */
export async function keepSession(name: string, session: InferenceSession): Promise<void> {
  const before = takeKept(name);
  kept.set(name, session);
  const [oldest] = kept.size > MOST_KEPT ? kept.keys() : [];
  await Promise.all([before, oldest === undefined ? undefined : takeKept(oldest)].map((one) => one?.release()));
}
