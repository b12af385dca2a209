/** @file Constants that a file made for several images says once for each of them, said once. */

import { type Tensor, sizeOf } from "../../../core/index.ts";
import type { Value } from "../../../engine/onnx/index.ts";
import type { StoredNames } from "../layers/node-parameters.ts";
import { type BatchAxes, alignedAxis, joinsRows } from "./batch-moves.ts";
import type { SimpleGraph } from "./simple-graph.ts";

/** The same graph for any number of images, and the names of its constants: `stored` with those that are new. */
export function withOneRow(
  graph: SimpleGraph,
  { axes, stored }: { axes: BatchAxes; stored: StoredNames },
): { graph: SimpleGraph; stored: StoredNames } {
  const [batchSize] = graph.input.shape;
  if (batchSize === 1) return { graph, stored };
  const constants = new Map(graph.constants);
  const names = new Map(stored);
  const once = (value: Value, axis: number): Value => {
    const tensor = graph.constants.get(value.name);
    if (tensor?.shape[axis] !== batchSize) return value;
    const one = firstRow(tensor, axis);
    const name = `${value.name}/one image`;
    constants.set(name, one);
    const own = stored.get(tensor.data);
    if (own !== undefined) names.set(one.data, own);
    return { ...value, name, shape: one.shape };
  };
  const nodes = graph.nodes.map((node) => {
    const [{ name, shape }] = node.outputs;
    const axis = axes.get(name);
    if (axis === undefined || shape[axis] !== batchSize || !joinsRows(node)) return node;
    const inputs = node.inputs.map((value) => {
      if (value === null || axes.has(value.name)) return value;
      return once(value, alignedAxis(value.shape, { axis, rank: shape.length }));
    });
    return { ...node, inputs };
  });
  return { graph: { ...graph, nodes, constants }, stored: names };
}

/** True if all rows along an axis are the same numbers. */
export function repeatsAlong({ shape, data }: Tensor, axis: number): boolean {
  const [length, inner] = [shape[axis], sizeOf(shape.slice(axis + 1))];
  return data.every((value: number | bigint, index: number) => {
    const row = Math.floor(index / inner) % length;
    return Object.is(value, data[index - row * inner]);
  });
}

function firstRow(tensor: Tensor, axis: number): Tensor {
  const [length, inner] = [tensor.shape[axis], sizeOf(tensor.shape.slice(axis + 1))];
  const isFirst = (_: unknown, index: number): boolean => Math.floor(index / inner) % length === 0;
  const shape = tensor.shape.map((one, at) => (at === axis ? 1 : one));
  return { ...tensor, shape, data: (tensor.data as Float32Array).filter(isFirst) } as Tensor;
}
