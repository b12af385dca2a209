/** @file Finds the image that a model file is fed, and turns it to [N, C, H, W]. */

import { GraphError, type Tensor, int64 } from "../../../core/index.ts";
import type { Graph, InputInfo, Node, Value } from "../../../engine/onnx/index.ts";

/** Order of the axes of one image; one of a single channel may have no axis for it. */
export type ImageLayout = "CHW" | "HWC" | "HW";

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

/** What tf2onnx makes of constants that Keras holds outside of its variables, such as those of `Normalization`. */
const LOST_CONSTANTS =
  "Where the others are numbers that tf2onnx lost, convert a SavedModel: model.export(FOLDER), then " +
  "python -m tf2onnx.convert --saved-model FOLDER --output model.onnx.";

/**
 * The one input of a file that is an image; `producer` is the program that wrote the file.
 *
 * @throws GraphError if there is none, or several inputs.
 */
export function imageInput(
  inputs: readonly InputInfo[],
  { path: where, producer }: { path: string; producer: string },
): InputInfo {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) {
    const names = inputs.map(({ name }) => `"${name}"`).join(", ") || "none";
    const fix = others.length > 0 && producer === "tf2onnx" ? ` ${LOST_CONSTANTS}` : "";
    throw new GraphError(`${where}: expected one input, an image, got ${names}.${fix}`);
  }
  const [images, ...image] = input.lengths;
  // one image of three planes has three axes as well
  const isGrey = image.length === 2 && (images ?? 1) === 1;
  if ((image.length !== 3 && !isGrey) || !pixels.has(input.dtype)) {
    throw new GraphError(`${where}: expected an image of four axes as input, got ${input.dtype} ${described(input)}.`);
  }
  if (input.lengths.some((length) => length !== undefined && length > LONGEST)) {
    throw new GraphError(`${where}: expected an image of at most ${LONGEST} pixels a side, got ${described(input)}.`);
  }
  return input;
}

/** Where an image has its channels: 1 or 3 of them stand first or last; they are first where nothing is said. */
export function layoutOf(input: InputInfo, where: string): ImageLayout {
  if (input.lengths.length === 3) return "HW";
  const [, first, , last] = input.lengths;
  const isChannels = (length: number | undefined): boolean => length === 1 || length === 3;
  if (isChannels(first)) return "CHW";
  if (isChannels(last)) return "HWC";
  if (first === undefined) return "CHW";
  throw new GraphError(`${where}: expected an image of 1 or 3 channels, got ${described(input)}.`);
}

/** Of one image, whatever the file's order. */
export function planesShape([, a, b, c]: readonly number[], layout: ImageLayout): [number, number, number] {
  if (layout === "HW") return [1, a, b];
  return layout === "CHW" ? [a, b, c] : [c, a, b];
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
  const shape = [input.shape[0], ...planesShape(input.shape, layout)];
  const steps: ((x: Value, y: Value) => Node)[] = [];
  if (channelOrder === "BGR") steps.push(reversedChannels);
  if (layout === "HWC") steps.push(channelsLast);
  if (layout === "HW") steps.push(withoutChannels);
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

function withoutChannels(x: Value, y: Value): Node {
  const axes: Value = { name: CHANNELS_AXIS, dtype: "int64", shape: [1] };
  return { name: y.name, opType: "Squeeze", domain: "", inputs: [x, axes], outputs: [y], attributes: {} };
}

const REVERSED = "channels reversed";
const CHANNELS_AXIS = "axis of channels";

/** The constants that {@link withPlanes} wants in the graph. */
export const imageConstants: ReadonlyMap<string, Tensor> = new Map([
  [REVERSED, int64([2, 1, 0])],
  [CHANNELS_AXIS, int64([1])],
]);
