/** @file Finds the image that a model file is fed, and turns it to [N, C, H, W]. */

import { GraphError, formatShape } from "../../core/index.ts";
import type { Graph, Node, Value } from "../../engine/onnx/index.ts";

/** Order of the axes of one image. */
export type ImageLayout = "CHW" | "HWC";

/** A graph whose input is [1, C, H, W] in red, green, blue. */
export interface ImageGraph {
  readonly input: Value;
  /** Nodes that bring the image into the file's own order, and the file's nodes. */
  readonly nodes: readonly Node[];
  readonly layout: ImageLayout;
}

/** The one input of a graph that is an image. @throws GraphError if there is none, or several inputs. */
export function imageInput(graph: Graph, where: string): Value {
  const [input, ...others] = graph.inputs;
  if (input === undefined || others.length > 0) {
    const names = graph.inputs.map(({ name }) => `"${name}"`).join(", ") || "none";
    throw new GraphError(`${where}: expected one input, an image, got ${names}.`);
  }
  if (input.shape.length !== 4 || input.dtype !== "float32") {
    throw new GraphError(
      `${where}: expected an image of four axes as input, got ${input.dtype} ${formatShape(input.shape)} for "${input.name}".`,
    );
  }
  return input;
}

/** Where an image has its channels: 1 or 3 of them stand first or last. */
export function layoutOf({ name, shape }: Value, where: string): ImageLayout {
  const isChannels = (length: number): boolean => length === 1 || length === 3;
  if (isChannels(shape[1])) return "CHW";
  if (isChannels(shape[3])) return "HWC";
  throw new GraphError(`${where}: expected an image of 1 or 3 channels, got ${formatShape(shape)} for "${name}".`);
}

/** The same graph, fed planes of red, green and blue whatever the file wants. */
export function withPlanes(
  graph: Graph,
  { input, layout, channelOrder }: { input: Value; layout: ImageLayout; channelOrder: "RGB" | "BGR" | "grey" },
): ImageGraph {
  const [, a, b, c] = input.shape;
  const shape = layout === "CHW" ? input.shape : [1, c, a, b];
  const steps: ((x: Value, y: Value) => Node)[] = [];
  if (channelOrder === "BGR") steps.push(reversedChannels);
  if (layout === "HWC") steps.push(channelsLast);
  if (steps.length === 0) return { input, nodes: graph.nodes, layout };
  const planes: Value = { name: `${input.name}/planes`, dtype: "float32", shape };
  const nodes: Node[] = [];
  let x = planes;
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    const y: Value = isLast ? input : { ...planes, name: `${input.name}/step ${index}` };
    nodes.push(step(x, y));
    x = y;
  }
  return { input: planes, nodes: [...nodes, ...graph.nodes], layout };
}

function channelsLast(x: Value, y: Value): Node {
  const perm = { type: "INTS", value: [0, 2, 3, 1] } as const;
  return { name: y.name, opType: "Transpose", domain: "", inputs: [x], outputs: [y], attributes: { perm } };
}

/** Three slices the other way round: a constant would need a place in the file's own. */
function reversedChannels(x: Value, y: Value): Node {
  const axis = { type: "INT", value: 1 } as const;
  const indices: Value = { name: REVERSED, dtype: "int64", shape: [3] };
  return { name: y.name, opType: "Gather", domain: "", inputs: [x, indices], outputs: [y], attributes: { axis } };
}

/** The constant that {@link withPlanes} wants in the graph: [2, 1, 0]. */
export const REVERSED = "channels reversed";
