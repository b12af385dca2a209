/** @file What there is to say of a model file: its inputs, outputs and operators, and its layers as Graft sees them. */

import { GraphError, formatShape, plural, sizeOf } from "../../../core/index.ts";
import type { Network } from "../../../engine/nn/index.ts";
import { type FileInfo, type Port, fileInfo, readModelFile } from "../../../engine/onnx/index.ts";
import {
  type ImportOptions,
  type ImportedBackbone,
  importBackbone,
  type KnownPreparation,
  normalizationWords,
  pixelWords,
  shorterSideFor,
} from "../../../models/index.ts";
import { alignColumns } from "../../terminal/align-columns.ts";

/** A layer of a network, for an image. */
interface LayerLine {
  readonly name: string;
  readonly description: string;
  /** Of what it gives. */
  readonly shape: readonly number[];
  /** Numbers in its weights, biases and statistics. */
  readonly parameters: number;
}

/** The file as the source of a study. */
type AsSource =
  | {
      readonly layers: readonly LayerLine[];
      readonly inputShape: readonly number[];
      /** Why no layer but a new head can be trained; null if all can. */
      readonly untrainable: string | null;
      /** What the file does to the scores of its own head at last; null where it has no head or does nothing. */
      readonly activation: ImportedBackbone["activation"];
      /** False for a file that ends in features. */
      readonly hasHead: boolean;
      readonly preprocessing: ImportedBackbone["preprocessing"];
    }
  | { /** Why the file is no source. */ readonly refused: string };

/** The file where it is one. */
type Described = Extract<AsSource, { layers: unknown }>;

/** A model file as Graft reads it. */
type ModelFile = { readonly path: string } & Partial<FileInfo> & AsSource;

/** @throws DataError if the bytes are no ONNX model. */
export async function describeModelFile(content: Uint8Array, options: ImportOptions): Promise<ModelFile> {
  const { path } = options;
  try {
    const info = fileInfo(readModelFile(content, { path }));
    return { path, ...info, ...(await asSource(content, options)) };
  } catch (error) {
    if (error instanceof GraphError) return { path, refused: error.message };
    throw error;
  }
}

async function asSource(content: Uint8Array, options: ImportOptions): Promise<AsSource> {
  try {
    const { network, untrainable, activation, hasHead, preprocessing } = await importBackbone(content, options);
    const { inputShape } = network;
    return { layers: layersOf(network), inputShape, untrainable, activation, hasHead, preprocessing };
  } catch (error) {
    if (error instanceof GraphError) return { refused: error.message };
    throw error;
  }
}

function layersOf(network: Network): LayerLine[] {
  let shape = network.inputShape;
  return network.layers.map((layer) => {
    const parameters = layer.parameters(shape).reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
    shape = layer.outputShape(shape);
    return { name: layer.name, description: layer.description, shape, parameters };
  });
}

/** The description as lines of text; what its images are like is left out where the table of networks says it. */
export function modelFileLines(
  file: ModelFile,
  { isKnown, beside }: { isKnown: boolean; beside: KnownPreparation | null },
): string[] {
  const { inputs = [], outputs = [], operators, opset, producer = "" } = file;
  const about =
    operators === undefined
      ? []
      : [
          `written by ${producer === "" ? "a program that does not say its name" : producer}, operator set ${opset ?? "unknown"}`,
          `inputs     ${ports(inputs)}`,
          `outputs    ${ports(outputs)}`,
          `constants  ${plural(file.constants ?? 0, "number")}`,
          `operators  ${Object.entries(operators)
            .map(([name, times]) => `${name} ${times}`)
            .join(", ")}`,
        ];
  return [`file       ${file.path}`, ...about, ...sourceLines(file, { isKnown, beside })];
}

function sourceLines(
  source: AsSource,
  { isKnown, beside }: { isKnown: boolean; beside: KnownPreparation | null },
): string[] {
  if ("refused" in source) return [`refused    ${source.refused}`];
  const { layers, untrainable } = source;
  const rows = layers.map(({ name, description, shape, parameters }) => [
    name,
    formatShape(shape),
    plural(parameters, "parameter"),
    description,
  ]);
  return [
    `trainable  ${untrainable ?? "every layer"}`,
    ...(isKnown
      ? []
      : [
          `pixels     ${pixelsPhrase(source, beside)}`,
          `sizes      ${sizesPhrase(source, beside)}`,
          `colours    ${coloursPhrase(source)}`,
        ]),
    `head       ${headPhrase(source)}`,
    ...alignColumns(rows).map((line, index) => `${index === 0 ? "layers" : ""}`.padEnd(11) + line),
  ];
}

const activationWords = {
  softmax: "softmax",
  logSoftmax: "the logarithm of softmax",
  sigmoid: "a sigmoid of each score: its classes were not exclusive, those of a study are",
};

/** What the file wants of the pixels, or how to find out and to say it. */
function pixelsPhrase(
  { preprocessing: { normalization: own, normalizationSource } }: Described,
  beside: KnownPreparation | null,
): string {
  const normalization = own ?? beside?.normalization ?? null;
  if (normalization === null) {
    return (
      `the file does not say what to do to them: pass --normalization ${normalizationWords}, or mean/std, as where it was trained; ` +
      "where nobody knows, the right one gives linear-probe its best accuracy"
    );
  }
  return `${pixelWords(normalization)}, as ${normalizationSource ?? beside?.source ?? "is known"}: nothing to pass`;
}

/** How photographs get the network's size, or how to say it. */
function sizesPhrase(
  { inputShape, preprocessing: { preparation } }: Described,
  beside: KnownPreparation | null,
): string {
  const known = { ...beside, ...preparation };
  const [, height, width] = inputShape;
  const side = shorterSideFor(known, Math.max(height, width));
  if (known.interpolation === undefined && side === undefined) {
    return "nothing says how photographs got them: bilinear, the middle cut out whole; else pass --interpolation, --crop-share";
  }
  const source = Object.keys(preparation).length > 0 ? "its metadata says" : (beside?.source ?? "is known");
  const cut = side === undefined ? "" : `, the shorter side to ${side}, then the central ${height}x${width}`;
  return `${known.interpolation ?? "bilinear"}${cut}, as ${source}: nothing to pass`;
}

const colourWords = {
  RGB: "red, green, blue, as its metadata says: nothing to pass",
  BGR: "blue, green, red, as its metadata says: nothing to pass",
  grey: "one channel",
};

function coloursPhrase({ preprocessing: { channelOrder } }: Described): string {
  return channelOrder === null
    ? "taken for red, green, blue; pass --channels bgr for a network that was trained on blue, green, red"
    : colourWords[channelOrder];
}

/** `classifier.1, then softmax`. */
function headPhrase({ layers, activation, hasHead }: Described): string {
  if (!hasHead) return "none: the file ends in features, and a new one is put behind them";
  const { name } = layers[layers.length - 1];
  return activation === null
    ? `${name}, whose scores the file gives as they are`
    : `${name}, then ${activationWords[activation]}`;
}

function ports(list: readonly Port[]): string {
  return list
    .map(({ name, dtype, shape }) => `${name} ${dtype}${shape === null ? "" : ` [${shape.join(", ")}]`}`)
    .join("; ");
}
