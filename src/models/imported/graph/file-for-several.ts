/** @file Holds what a graph read for one image would be for several against the file itself, read for so many. */

import { type Shape, type Tensor, sameShape, sizeOf } from "../../../core/index.ts";
import type { Graph, Node } from "../../../engine/onnx/index.ts";
import type { BatchAxes } from "./batch-moves.ts";
import type { SimpleGraph } from "./simple-graph.ts";

/** Operators whose other inputs say nothing but the shape of their result. */
const shaped: ReadonlySet<string> = new Set(["Reshape", "Expand", "Squeeze", "Unsqueeze", "Resize"]);

/**
 * True if the file, read for `images` of them, is this graph with its batch so long: every value has the shape that it
 * would have, and every constant says the same, or the same of each image.
 */
export function isFileForSeveral(
  { nodes, constants, input }: SimpleGraph,
  { axes, file, images }: { axes: BatchAxes; file: Graph; images: number },
): boolean {
  if (input.shape[0] !== 1) return false;
  const values = file.nodes.flatMap(({ outputs }) => outputs);
  const shapes = new Map(values.map(({ name, shape }): [string, Shape] => [name, shape]));
  const grown = (shape: Shape, at: number | undefined): Shape =>
    shape.map((length, axis) => (axis === at ? images * length : length));
  const fits = (node: Node): boolean =>
    node.outputs.every(({ name, shape }) => {
      const own = shapes.get(name);
      // what brings the image into the file's order of axes is not in the file
      return own === undefined || sameShape(own, grown(shape, axes.get(name)));
    }) &&
    node.inputs.every((value, index) => {
      const constant = constants.get(value?.name ?? "");
      if (value === null || constant === undefined || (index > 0 && shaped.has(node.opType))) return true;
      return saysTheSame(constant, file.initializers.get(value.name), images);
    });
  return nodes.every(fits);
}

/** True for the same numbers, and for those of one image once for each. */
function saysTheSame(one: Tensor, several: Tensor | undefined, images: number): boolean {
  if (several === undefined || several.data === one.data) return several !== undefined;
  const batch = one.shape.findIndex((length, axis) => several.shape[axis] !== length);
  const isOnce = batch === -1 && one.shape.length === several.shape.length;
  const isForEach = batch !== -1 && several.shape[batch] === images * one.shape[batch];
  if (!isOnce && !(isForEach && sizeOf(one.shape.slice(0, batch)) === 1)) return false;
  const { data } = one;
  if (several.data.length !== (isOnce ? 1 : images) * data.length) return false;
  for (let index = 0; index < several.data.length; index++) {
    if (several.data[index] !== data[index % data.length]) return false;
  }
  return true;
}
