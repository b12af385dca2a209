/** @file Reads an ONNX image classifier as a network: layers in a row, weights by name, its own head last. */

import { GraphError } from "../../core/index.ts";
import { type ExternalReader, inputInfo, metadataOf, readModelFile } from "../../engine/onnx/index.ts";
import { requireFinite } from "../finite-weights.ts";
import { requireFiniteTensors } from "./finite-tensors.ts";
import { followGraph } from "./follow-graph.ts";
import { imageInput, layoutOf, openLengths, withPlanes } from "./graph/image-input.ts";
import type { ImportOptions, ImportedBackbone, OpenedFile } from "./imported-backbone.ts";
import type { FileNetwork } from "./known-network.ts";
import { opaqueBackbone } from "./opaque/opaque-backbone.ts";
import { partlyFollowed } from "./opaque/partly-followed.ts";
import { ownPixels } from "./own-normalization.ts";
import { channelOrderOf, preprocessingOf } from "./preprocessing.ts";
import { treatsImagesAlike } from "./rows-alike.ts";

/** Batches that a network is tried with whose images share an axis with something else. */
const OTHER_BATCHES = [3];

/** A network whose layers Graft knows, and whether their form alone shows that no images are mixed. */
type LayeredBackbone = ImportedBackbone & Pick<FileNetwork, "keepsImagesApart">;

/**
 * The network in the bytes of a model file.
 *
 * Layers up to the last operator that Graft does not know are one layer, which runs them as they are and cannot be
 * trained; those above it are layers of their own.
 *
 * @throws DataError if the bytes are no ONNX model.
 * @throws GraphError if it is no image classifier that onnxruntime runs, the size of its images is open, or a weight is
 * not finite.
 */
export async function importBackbone(bytes: Uint8Array, options: ImportOptions): Promise<ImportedBackbone> {
  const opened = openFile(bytes, options);
  const layered = followed(opened);
  if (layered instanceof GraphError) return await asItIs(opened, layered);
  const { keepsImagesApart, ...backbone } = layered;
  requireFinite(backbone.parameters, options.path);
  const problem = keepsImagesApart ? null : await mixedImages(backbone);
  return problem === null ? backbone : await asItIs(opened, problem);
}

function followed(opened: OpenedFile): LayeredBackbone | GraphError {
  try {
    return layeredBackbone(opened);
  } catch (reason) {
    if (reason instanceof GraphError) return reason;
    throw reason;
  }
}

async function asItIs(opened: OpenedFile, reason: GraphError): Promise<ImportedBackbone> {
  const backbone = (await partlyFollowed(opened, reason)) ?? (await opaqueBackbone(opened, reason));
  requireFinite(backbone.parameters, opened.path);
  return backbone;
}

/** The error for a network that was made for one number of images and gives something else for others. */
async function mixedImages(backbone: ImportedBackbone): Promise<GraphError | null> {
  if (await treatsImagesAlike(backbone, { batches: OTHER_BATCHES })) return null;
  return new GraphError("expected the same scores of an image alone and among others, got different ones.");
}

/**
 * The same for files whose every operator Graft knows, layer by layer.
 *
 * @throws DataError if the bytes are no ONNX model.
 * @throws GraphError if it is no image classifier that Graft can follow.
 */
export function importLayers(bytes: Uint8Array, options: ImportOptions): ImportedBackbone {
  const { keepsImagesApart: _, ...backbone } = layeredBackbone(openFile(bytes, options));
  return backbone;
}

function openFile(bytes: Uint8Array, options: ImportOptions): OpenedFile {
  const { path, external = nothingBeside(path), imageSize } = options;
  return naming(path, () => {
    const file = readModelFile(bytes, { path, external });
    requireFiniteTensors(file, path);
    const declared = imageInput(inputInfo(file), { path, producer: file.model.producerName });
    const layout = layoutOf(declared, path);
    const dims = openLengths(declared, { layout, path, imageSize });
    const channels = layout === "HW" ? 1 : (declared.lengths[layout === "CHW" ? 1 : 3] ?? 3);
    const metadata = metadataOf(file.model);
    const said = channelOrderOf({ channels, metadata });
    const channelOrder = channels === 1 ? "grey" : (options.channelOrder ?? said ?? "RGB");
    return {
      file,
      path,
      metadata,
      channelOrder,
      layout,
      dims,
      ownPixels: ownPixels(file, declared.name),
      takesAnyBatch: declared.lengths[0] === undefined,
      takesBytes: declared.dtype === "uint8",
      tokens: options.tokens,
    };
  });
}

function nothingBeside(path: string): ExternalReader {
  return (location) => {
    throw new GraphError(
      `${path}: expected its data in itself, got some in "${location}". Give what reads it, as \`external\`.`,
    );
  };
}

/** What is wrong inside a graph is said of its nodes: the file is named before it. */
function naming<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GraphError) || error.message.startsWith(`${path}: `)) throw error;
    throw new GraphError(`${path}: ${error.message}`, { cause: error });
  }
}

function layeredBackbone(opened: OpenedFile): LayeredBackbone {
  const { path, channelOrder, layout } = opened;
  return naming(path, () => {
    const { name, network, input, description } = followGraph(opened, (graph, image) =>
      withPlanes(graph, { input: image, layout, channelOrder }),
    );
    const preprocessing = preprocessingOf({ ...opened, channels: input.shape[1], description });
    return { name, ...network, preprocessing };
  });
}
