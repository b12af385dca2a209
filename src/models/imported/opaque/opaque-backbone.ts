/** @file A network whose layers below the head are the file's own operators, which run as they are. */

import { GraphError, TrainingError, type Tensor, formatShape, sameShape } from "../../../core/index.ts";
import { type Layer, type Network, dense, shapeAfter } from "../../../engine/nn/index.ts";
import {
  type ForeignNodes,
  type Operations,
  type Value,
  inputValues,
  operatorCounts,
  takeNodes,
} from "../../../engine/onnx/index.ts";
import { noHead } from "../graph/head.ts";
import { type ChannelOrder, type ImageLayout, planesShape } from "../graph/image-input.ts";
import type { ImportedBackbone, OpenedFile } from "../imported-backbone.ts";
import { ownerOfNames } from "../layers/layer-names.ts";
import { preprocessingOf } from "../preprocessing.ts";
import { treatsImagesAlike } from "../rows-alike.ts";
import { opaqueFlops } from "./opaque-flops.ts";
import { type OpaqueHead, opaqueTop } from "./opaque-head.ts";

/** The image as the file wants it. */
interface FileImage {
  /** In the file's own type and order of axes. */
  readonly value: Value;
  readonly layout: ImageLayout;
  readonly channelOrder: ChannelOrder;
}

/**
 * The network of a file as one layer that cannot be trained, and its head; `reason` is why Graft cannot follow its graph.
 *
 * @throws GraphError if the file is no image classifier, or onnxruntime does not run it.
 */
export async function opaqueBackbone(opened: OpenedFile, reason: GraphError): Promise<ImportedBackbone> {
  const { file, path } = opened;
  const value = fedImage(opened);
  const { name } = file.graph;
  try {
    const { feature, length: features, head } = await opaqueTop(file, { input: value.name, path });
    const nodes = takeNodes(file, { input: value.name, outputs: [feature] });
    const headName = (head === null ? [] : ownerOfNames([head.weightName], head.node)).join(".") || "head";
    const body = await opaqueBody(opened, { nodes, features, name: headName === "backbone" ? "body" : "backbone" });
    return {
      name,
      network: { ...body, layers: [...body.layers, headLayer(headName, head)] },
      parameters: head === null ? {} : { [`${headName}.weight`]: head.weight, [`${headName}.bias`]: head.bias },
      preprocessing: preprocessingOf({ ...opened, channels: body.inputShape[0], description: file.model.docString }),
      hasHead: head !== null,
      tokens: null,
      trainsFrom: 1,
      activation: head?.activation ?? null,
      untrainable: `${path}: its layers run as they are and cannot be trained, since Graft cannot follow them: ${said(reason, path)}`,
    };
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
    const why = whyNot(error, { images: value.shape[0] });
    throw new GraphError(`${path}: ${said(reason, path)} Nor can it run as it is${why}`, { cause: error });
  }
}

function whyNot({ message }: TrainingError, { images }: { images: number }): string {
  const foreign = /No Op registered for (\w+)/.exec(message)?.[1];
  if (foreign !== undefined) {
    return (
      `, since onnxruntime has no ${foreign} either: whoever exported it left an operator of another framework. ` +
      "Export the model as it predicts, without layers that augment images."
    );
  }
  if (images > 1) return `, since it is made for ${images} images at a time. Export it for one, or for any number.`;
  return `. ${message}`;
}

/** What the file is fed, for one image, or for as many as it fixes. */
export function fedImage({ file, dims }: OpenedFile): Value {
  const [given] = inputValues(file, { dims, batchSize: 1 });
  return asImage(given);
}

/**
 * Nodes of a file as a network of one layer, from images to so many numbers of each.
 *
 * @throws TrainingError if they take no image at all.
 * @throws GraphError if they make something else of an image.
 */
export async function opaqueBody(
  opened: OpenedFile,
  { nodes, features, name }: { nodes: ForeignNodes; features: number; name: string },
): Promise<Network> {
  const { file, path, channelOrder, dims, layout } = opened;
  const [given] = inputValues(file, { dims, batchSize: 1 });
  const image: FileImage = { value: given, layout, channelOrder };
  const inputShape = planesShape(given.shape, layout);
  const bodyWith = (foreign: ForeignNodes): Network => ({
    name: file.graph.name,
    inputShape,
    layers: [opaqueLayer(name, { foreign, image, inputShape, features })],
  });
  const oneByOne = await wantsOneByOne(bodyWith, { nodes, path });
  return bodyWith({ ...nodes, oneByOne, flops: await opaqueFlops(nodes, image.value) });
}

function headLayer(name: string, head: OpaqueHead | null): Layer {
  return head === null ? noHead(name) : dense(name, { units: head.bias.data.length });
}

/** Without the file's name, which comes before it, and without advice for those who write graphs themselves. */
export function said({ message }: GraphError, path: string): string {
  return message.replace(`${path}: `, "").replace(/ Did you mean .*$/, "");
}

/** Images of bytes and of other numbers are fed as float32. */
function asImage(value: Value): Value {
  const isNumber = ["uint8", "float16", "float64"].includes(value.dtype);
  return isNumber ? { ...value, dtype: "float32" } : value;
}

function opaqueLayer(
  name: string,
  {
    foreign,
    image,
    inputShape,
    features,
  }: { foreign: ForeignNodes; image: FileImage; inputShape: readonly number[]; features: number },
): Layer {
  return {
    name,
    description: describe(foreign),
    outputShape: (input) => {
      if (sameShape(input, inputShape)) return [features];
      throw new GraphError(`${name}: expected an input ${formatShape(inputShape)}, got ${formatShape(input)}.`);
    },
    parameters: () => [],
    build: ({ g }, x) => g.foreign(foreign, asFileWants(g, x, image), { features }),
  };
}

function describe({ nodes }: ForeignNodes): string {
  const counts = Object.entries(operatorCounts(nodes)).map(([name, times]) => `${name} ${times}`);
  return `the file's own operators: ${counts.join(", ") || "none"}`;
}

/** From [N, C, H, W] in red, green, blue. */
function asFileWants(g: Operations, x: Value, { value: { dtype }, layout, channelOrder }: FileImage): Value {
  const ordered = channelOrder === "BGR" ? g.gather(x, g.ints([2, 1, 0]), 1) : x;
  const turned = inLayout(g, ordered, layout);
  return g.cast(dtype === "uint8" ? g.op("Round", [turned]) : turned, dtype);
}

function inLayout(g: Operations, x: Value, layout: ImageLayout): Value {
  if (layout === "HW") return g.op("Squeeze", [x, g.ints([1])]);
  return layout === "HWC" ? g.transpose(x, [0, 2, 3, 1]) : x;
}

/**
 * True if the nodes do not take several images at once, or make something else of them than of each alone.
 *
 * @throws TrainingError if they take no image at all.
 * @throws GraphError if they make something else of an image than the head wants.
 */
async function wantsOneByOne(
  bodyWith: (foreign: ForeignNodes) => Network,
  { nodes, path }: { nodes: ForeignNodes; path: string },
): Promise<boolean> {
  const isAlike = async (foreign: ForeignNodes): Promise<boolean> => {
    const network = bodyWith(foreign);
    const [features] = shapeAfter(network);
    const check = (alone: readonly Tensor[]): void => checkFeatures(alone, { features, path });
    return await treatsImagesAlike({ network, parameters: {} }, { batches: [2], check });
  };
  try {
    if (await isAlike(nodes)) return false;
  } catch (error) {
    if (!(error instanceof TrainingError)) throw error;
  }
  await isAlike({ ...nodes, oneByOne: true });
  return true;
}

/** @throws GraphError if an image makes other features than the head takes, or none that are numbers. */
function checkFeatures(alone: readonly Tensor[], { features, path }: { features: number; path: string }): void {
  const wrong = alone.find(({ data }) => data.length !== features);
  if (wrong !== undefined) {
    throw new GraphError(
      `${path}: expected a classifier, whose head takes all ${features} features of an image, got ${wrong.data.length} numbers ` +
        "below its last layer, as detectors have. Use a network that ends in classes or features.",
    );
  }
  const broken = alone.flatMap(({ data }) => Array.from(data, Number)).find((value) => !Number.isFinite(value));
  if (broken !== undefined) {
    throw new GraphError(
      `${path}: expected finite features, got ${broken} of an image. Export the network anew, or use another.`,
    );
  }
}
