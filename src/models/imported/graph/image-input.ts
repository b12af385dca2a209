/** @file Finds the image that a model file is fed, and turns it to [N, C, H, W]. */

import { GraphError } from "../../../core/index.ts";
import type { Graph, InputInfo, Node, Value } from "../../../engine/onnx/index.ts";

/** Order of the axes of one image. */
export type ImageLayout = "CHW" | "HWC";

/** Order of the channels of one image. */
export type ChannelOrder = "RGB" | "BGR" | "grey";

/** A graph whose input is [N, C, H, W] in red, green, blue. */
export interface ImageGraph {
  readonly input: Value;
  /** Nodes that bring the image into the file's own order, and the file's nodes. */
  readonly nodes: readonly Node[];
  readonly layout: ImageLayout;
}

/** Element types of images. */
const pixels: ReadonlySet<string> = new Set(["float32", "float16", "float64", "uint8"]);

/** Longest axis of an image, and most images in a call. */
const LONGEST = 4096;

/** The one input of a file that is an image. @throws GraphError if there is none, or several inputs. */
export function imageInput(inputs: readonly InputInfo[], where: string): InputInfo {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) {
    const names = inputs.map(({ name }) => `"${name}"`).join(", ") || "none";
    throw new GraphError(`${where}: expected one input, an image, got ${names}.`);
  }
  if (input.lengths.length !== 4 || !pixels.has(input.dtype)) {
    throw new GraphError(`${where}: expected an image of four axes as input, got ${input.dtype} ${described(input)}.`);
  }
  if (input.lengths.some((length) => length !== undefined && length > LONGEST)) {
    throw new GraphError(`${where}: expected an image of at most ${LONGEST} pixels a side, got ${described(input)}.`);
  }
  return input;
}

/** Where an image has its channels: 1 or 3 of them stand first or last; they are first where nothing is said. */
export function layoutOf(input: InputInfo, where: string): ImageLayout {
  const [, first, , last] = input.lengths;
  const isChannels = (length: number | undefined): boolean => length === 1 || length === 3;
  if (isChannels(first)) return "CHW";
  if (isChannels(last)) return "HWC";
  if (first === undefined) return "CHW";
  throw new GraphError(`${where}: expected an image of 1 or 3 channels, got ${described(input)}.`);
}

function described({ name, lengths }: InputInfo): string {
  return `[${lengths.map((length) => length ?? "?").join(", ")}] for "${name}"`;
}

/** Lengths of axes that the file leaves open: three channels, and the sides that the user says. */
export function openLengths(
  { open }: InputInfo,
  { layout, path, imageSize }: { layout: ImageLayout; path: string; imageSize: readonly [number, number] | undefined },
): Record<string, number> {
  const lengths = new Map<string, number>();
  for (const { axis, name } of open) {
    if (axis === 0) continue;
    const side = axis - (layout === "CHW" ? 2 : 1);
    const length = side === 0 || side === 1 ? imageSize?.[side] : 3;
    if (length === undefined) {
      throw new GraphError(
        `${path}: expected to be told the size of its images, since the file leaves it open, got none. Set imageSize.`,
      );
    }
    lengths.set(name, length);
  }
  return Object.fromEntries(lengths);
}

/** The same graph, fed planes of red, green and blue whatever the file wants. */
export function withPlanes(
  graph: Graph,
  { input, layout, channelOrder }: { input: Value; layout: ImageLayout; channelOrder: ChannelOrder },
): ImageGraph {
  const [batchSize, a, b, c] = input.shape;
  const shape = layout === "CHW" ? input.shape : [batchSize, c, a, b];
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
