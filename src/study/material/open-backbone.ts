/** @file A study's source network where it was trained elsewhere: an ONNX file, or weights for an architecture of ours. */

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { ConfigError, GraphError, sameShape } from "../../core/index.ts";
import type { ImageShape } from "../../data/index.ts";
import type { Normalization } from "../../engine/nn/index.ts";
import { decodeSafetensors } from "../../engine/training/index.ts";
import {
  type ChannelOrder,
  type ModelFormat,
  type OpenedModel,
  type Preparation,
  architectures,
  besideModel,
  fittingArchitectures,
  importBackbone,
  modelFormatOf,
  networkOfWeights,
  requireFinite,
  shorterSideFor,
} from "../../models/node/index.ts";
import { sidesOf } from "../file/image-size.ts";
import { DEFAULT_ARCHITECTURE, type StudyConfig } from "../file/schema.ts";
import { type ExportFacts, parseExportMetadata } from "../export/export-metadata.ts";
import type { Backbone, ImagePreparation } from "./study-data.ts";

/** Side of the images that weights were trained on, where neither the study nor their file says one: CIFAR's. */
const WEIGHTS_SIDE = 32;

/** As a study says them. */
const orders = { rgb: "RGB", bgr: "BGR" } as const satisfies Record<string, ChannelOrder>;

/** What is read from a file, whatever its kind. */
type FromFile = Pick<
  Backbone,
  "network" | "hasHead" | "parameters" | "normalization" | "untrainable" | "trainsFrom"
> & {
  readonly channelOrder: ChannelOrder | null;
  readonly preparation: Preparation;
};

/** A source network, and how photographs become its images. */
export interface OpenedBackbone {
  readonly backbone: Backbone;
  readonly preparation: ImagePreparation;
}

/**
 * The source network in a file.
 *
 * @throws ConfigError if the network does not take images of the study's size, or weights are of another architecture than the study's.
 * @throws DataError or GraphError if the file is damaged, or weights are of no architecture of Graft's.
 */
export async function openBackbone(config: StudyConfig, opened: OpenedModel): Promise<OpenedBackbone> {
  const { bytes, path, entry } = opened;
  const { channelOrder, preparation, ...read } = await readers[modelFormatOf(path)](config, opened);
  const name = entry?.name ?? basename(path);
  return {
    backbone: {
      ...read,
      name,
      title: entry?.title ?? name,
      checksum: createHash("sha256").update(bytes).digest("hex"),
      provenance:
        entry === null
          ? `read from ${name}${channelOrder === "BGR" ? ", which is fed blue, green and red" : ""}`
          : `${entry.source}; ${entry.licence}`,
    },
    preparation: preparationFor(config, { known: preparation, side: Math.max(...read.network.inputShape.slice(1)) }),
  };
}

/**
 * What the study says, or else what is known of the network.
 *
 * @throws ConfigError for a share of photographs that are not cut.
 */
function preparationFor(
  { fit, interpolation, cropShare }: StudyConfig,
  { known, side }: { known: Preparation; side: number },
): ImagePreparation {
  if (cropShare !== null && fit !== "cover") {
    throw new ConfigError(
      `cropShare: expected none with fit ${fit}, which cuts nothing, got ${cropShare}. Leave it out.`,
    );
  }
  const shorter = shorterSideFor(cropShare === null ? known : { cropShare }, side);
  const filter = interpolation ?? known.interpolation ?? "bilinear";
  return {
    fit,
    ...(shorter === undefined || fit !== "cover" || shorter < side ? {} : { resizeShorter: shorter }),
    ...(filter === "bilinear" ? {} : { interpolation: filter }),
  };
}

async function fromModel(
  { imageSize, architecture, channelOrder, tokens }: StudyConfig,
  { bytes, path, entry, beside }: OpenedModel,
): Promise<FromFile> {
  const order = entry?.input.channelOrder ?? (channelOrder === null ? undefined : orders[channelOrder]);
  const {
    network,
    parameters,
    preprocessing,
    untrainable,
    trainsFrom,
    hasHead,
    tokens: ownTokens,
  } = await importBackbone(bytes, {
    path,
    external: besideModel(path),
    ...(imageSize === null ? {} : { imageSize: sidesOf(imageSize) }),
    ...(order === undefined ? {} : { channelOrder: order }),
    ...(tokens === null ? {} : { tokens }),
  });
  const name = entry?.name ?? basename(path);
  const { inputShape } = network;
  if (architecture !== DEFAULT_ARCHITECTURE) {
    throw new ConfigError(
      `architecture: expected none beside ${name}, which is the network that trains, got ${architecture}. Leave it out.`,
    );
  }
  if (imageSize !== null && !sameShape(inputShape.slice(1), sidesOf(imageSize))) {
    throw new ConfigError(
      `imageSize: expected none beside ${name}, which takes images of ${inputShape.slice(1).join("x")}, got ${imageSize}. Leave it out.`,
    );
  }
  if (tokens !== null && ownTokens === null) {
    throw new ConfigError(
      `tokens: expected none beside ${name}, which does not end in tokens, got ${tokens}. Leave it out.`,
    );
  }
  checkOrder(channelOrder, { name, known: entry?.input.channelOrder ?? preprocessing.channelOrder });
  const normalization: Normalization | null =
    entry === null
      ? (preprocessing.normalization ?? beside?.normalization ?? null)
      : { mean: entry.input.mean, std: entry.input.std };
  return {
    network,
    hasHead,
    parameters,
    normalization,
    untrainable,
    trainsFrom,
    channelOrder: order ?? preprocessing.channelOrder,
    preparation: entry?.input.resize ?? { ...beside, ...preprocessing.preparation },
  };
}

/** @throws ConfigError if a study says another order than is known of its network. */
function checkOrder(
  said: StudyConfig["channelOrder"],
  { name, known }: { name: string; known: ChannelOrder | null },
): void {
  if (said === null || known === null || orders[said] === known) return;
  throw new ConfigError(
    `channelOrder: expected none beside ${name}, which is known to take ${known} images, got ${said}. Leave it out.`,
  );
}

const readers: {
  readonly [Format in ModelFormat]: (config: StudyConfig, opened: OpenedModel) => FromFile | Promise<FromFile>;
} = { onnx: fromModel, safetensors: fromWeights };

/** The images that weights take: as the study says, or their file, or else CIFAR's. */
export function imageShapeOfWeights(imageSize: StudyConfig["imageSize"], written: Partial<ExportFacts>): ImageShape {
  if (imageSize === null && written.imageShape !== undefined) return written.imageShape;
  return [3, ...sidesOf(imageSize ?? WEIGHTS_SIDE)];
}

/** Graft's own checkpoints say what their images are like; others leave it to the study. */
function fromWeights(
  { imageSize, architecture, channelOrder, tokens }: StudyConfig,
  { bytes, path, beside }: OpenedModel,
): FromFile {
  if (tokens !== null) {
    throw new ConfigError(
      `tokens: expected none beside ${basename(path)}, which ends in classes, got ${tokens}. Leave it out.`,
    );
  }
  checkOrder(channelOrder, { name: basename(path), known: "RGB" });
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const written = parseExportMetadata(metadata, path);
  const { normalization = beside?.normalization ?? null, resizeShorter: shorterSide, interpolation } = written;
  const preparation = { ...beside, ...(shorterSide && { shorterSide }), ...(interpolation && { interpolation }) };
  const inputShape = imageShapeOfWeights(imageSize, written);
  const make = architectures[architecture as keyof typeof architectures];
  try {
    const { network, parameters } = networkOfWeights(make, tensors, { inputShape, where: path });
    requireFinite(parameters, path);
    const trained = { network, parameters, normalization, hasHead: true, untrainable: null, trainsFrom: 0 };
    return { ...trained, channelOrder: null, preparation };
  } catch (error) {
    if (error instanceof GraphError) throw error;
    const [other] = fittingArchitectures(tensors, inputShape);
    if (other === undefined) throw error;
    throw new ConfigError(
      `architecture: expected that of the weights in ${path}, got ${architecture}. Set it to ${other.architecture}, which they fit.`,
      { cause: error },
    );
  }
}
