/** @file How much memory a step takes, about, and how many samples at a time fit. */

import { arrayOf, sizeOf } from "../../../core/index.ts";
import type { Graph, Value } from "../../onnx/index.ts";
import { canDiffer, partSizes } from "./parts.ts";

/** Operators that give what they are given in another shape. */
const views: ReadonlySet<string> = new Set(["Reshape", "Identity", "Flatten", "Squeeze", "Unsqueeze"]);

/**
 * What onnxruntime is taken to hold for each byte that a step needs at once. Beside the copies of the state, on ResNet-18
 * (November 2026), it held 1.2 to 1.5 times in one piece, in parts of different sizes 1.4 to 2.9 times what the largest needs,
 * of one size 3.2 to 3.5 times.
 */
const HELD_WHOLE = 1.8;
const HELD_IN_PARTS = 3;
const HELD_IN_EQUAL_PARTS = 4;
/** Parameters and slots as they are, as they become, in blocks, and their gradients. */
const STATE_COPIES = 4;

/** What is known of a step before it is compiled. */
export interface StepSize {
  readonly batchSize: number;
  /** Of everything that the step replaces. */
  readonly stateBytes: number;
}

/** How many samples may be computed at a time in so much memory: the whole batch where it fits, one at least. */
export function samplesAtATime(graph: Graph, { batchSize, stateBytes }: StepSize, memoryBytes: number): number {
  const live = largestLiveBytes(graph);
  const room = memoryBytes - STATE_COPIES * stateBytes;
  if (HELD_WHOLE * live <= room) return batchSize;
  const fitting = (held: number): number => Math.max(1, Math.floor((batchSize * room) / (held * live)));
  const largest = Math.min(batchSize - 1, fitting(HELD_IN_PARTS));
  // of the parts that there are, none may be as large as it might
  const [size] = partSizes(batchSize, canDiffer(batchSize, largest) ? largest : fitting(HELD_IN_EQUAL_PARTS));
  return size;
}

/** Bytes of the values that are there at once, at most, if nodes are computed in their order. */
export function largestLiveBytes({ nodes, outputs }: Graph): number {
  const lastUse = new Map<string, number>();
  const owners = new Map<string, string>();
  for (const [place, node] of nodes.entries()) {
    for (const { name } of valuesOf(node.outputs))
      owners.set(name, views.has(node.opType) ? ownerOf(owners, node.inputs[0]) : name);
    for (const input of valuesOf(node.inputs)) lastUse.set(ownerOf(owners, input), place);
  }
  for (const output of outputs) lastUse.set(ownerOf(owners, output), nodes.length);
  const freedAt = Map.groupBy(lastUse, ([, place]) => place);
  const sizes = new Map<string, number>();
  let [live, most] = [0, 0];
  for (const [place, node] of nodes.entries()) {
    for (const value of valuesOf(node.outputs)) {
      if (views.has(node.opType)) continue;
      const bytes = sizeOf(value.shape) * arrayOf[value.dtype].BYTES_PER_ELEMENT;
      sizes.set(value.name, bytes);
      live += bytes;
    }
    most = Math.max(most, live);
    for (const [name] of freedAt.get(place) ?? []) live -= sizes.get(name) ?? 0;
  }
  return most;
}

function ownerOf(owners: ReadonlyMap<string, string>, value: Value | null | undefined): string {
  return value === null || value === undefined ? "" : (owners.get(value.name) ?? value.name);
}

function valuesOf(values: readonly (Value | null)[]): Value[] {
  return values.filter((value) => value !== null);
}
