/** @file Follows the batch through a graph: on which axis of each value it lies. */

import { GraphError, type Tensor, formatShape, plural } from "../../../core/index.ts";
import { type Node, describeNode } from "../../../engine/onnx/index.ts";
import { type BatchAxes, type BatchPlace, type MoveContext, placesAfter } from "./batch-moves.ts";
import { repeatsAlong } from "./one-row.ts";
import type { SimpleGraph } from "./simple-graph.ts";

/** How often each node may be looked at anew, where reshapes leave several places for the batch. */
const MOST_LOOKS = 64;

/**
 * Where the batch lies in every value between the image and the output.
 *
 * A reshape of one image does not always say where a batch would be: the likeliest place is tried first, another one
 * where a later node would mix images there.
 *
 * @throws GraphError naming the node that mixes images, or knows how many there are.
 */
export function batchAxes(graph: SimpleGraph): BatchAxes {
  const places = new Map<string, BatchPlace>([[graph.input.name, { axis: 0, before: 1 }]]);
  const context = moveContext(graph, places);
  const open: { at: number; left: readonly BatchPlace[] }[] = [];
  let looks = MOST_LOOKS * graph.nodes.length;
  let failure: GraphError | null = null;
  for (let at = 0; at <= graph.nodes.length; at++) {
    const node = graph.nodes.at(at) ?? null;
    let choices = node === null ? atTheEnd(graph, places) : placesAfter(node, context);
    if (choices === undefined) continue;
    if (choices.length === 0) {
      failure ??= node === null ? rowless(graph) : mixing(node);
      const last = open.pop();
      if (last === undefined || looks <= 0) throw failure;
      ({ at, left: choices } = last);
    }
    looks--;
    const [place, ...left] = choices;
    if (left.length > 0) open.push({ at, left });
    for (const { name } of graph.nodes[at].outputs) places.set(name, place);
  }
  return new Map([...places].map(([name, { axis }]) => [name, axis]));
}

/** True where every value has one row an image: no image can then be in another's place. */
export function keepsImagesApart({ input, nodes }: SimpleGraph, axes: BatchAxes): boolean {
  const [batchSize] = input.shape;
  return nodes.every(({ outputs }) =>
    outputs.every(({ name, shape }) => !axes.has(name) || (axes.get(name) === 0 && shape[0] === batchSize)),
  );
}

function moveContext({ input, constants }: SimpleGraph, places: ReadonlyMap<string, BatchPlace>): MoveContext {
  const [batchSize] = input.shape;
  const constantOf = (name: string | undefined): Tensor | undefined => constants.get(name ?? "");
  return {
    batchSize,
    placeOf: (value) => places.get(value?.name ?? ""),
    intsOf: (value) => {
      const tensor = constantOf(value?.name);
      return tensor && Array.from(tensor.data as ArrayLike<number | bigint>, Number);
    },
    repeats: ({ name }, axis) => {
      const tensor = constantOf(name);
      return tensor?.shape[axis] === batchSize && repeatsAlong(tensor, axis);
    },
  };
}

/** No place will do where the output has another than one row for each image. */
function atTheEnd(
  { input, output }: SimpleGraph,
  places: ReadonlyMap<string, BatchPlace>,
): readonly BatchPlace[] | undefined {
  const hasRows = places.get(output.name)?.axis === 0 && output.shape[0] === input.shape[0];
  return hasRows ? undefined : [];
}

function rowless({ input, output }: SimpleGraph): GraphError {
  const images = plural(input.shape[0], "image");
  return new GraphError(`expected features of one row an image, got ${formatShape(output.shape)} for ${images}.`);
}

function mixing(node: Node): GraphError {
  return new GraphError(
    `${describeNode(node)}: expected an operator that treats images one by one, got one that mentions the batch.`,
  );
}
