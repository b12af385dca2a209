/** @file Reads an ONNX image classifier as a network: layers in a row, weights by name, its own head last. */

import { GraphError, type Tensor, int64 } from "../../core/index.ts";
import {
  type ExternalReader,
  type Graph,
  decodeModelFile,
  inputInfo,
  metadataOf,
  readModelFile,
} from "../../engine/onnx/index.ts";
import { requireFinite } from "../finite-weights.ts";
import { requireFiniteTensors } from "./finite-tensors.ts";
import { type Beheaded, behead, headless } from "./graph/head.ts";
import { REVERSED, imageInput, layoutOf, openLengths, withPlanes } from "./graph/image-input.ts";
import { reachable, simplify } from "./graph/simple-graph.ts";
import type { ImportOptions, ImportedBackbone, OpenedFile } from "./imported-backbone.ts";
import { type FileNetwork, knownNetwork } from "./known-network.ts";
import { opaqueBackbone } from "./opaque/opaque-backbone.ts";
import { ownPixels } from "./own-normalization.ts";
import { channelOrderOf, preprocessingOf } from "./preprocessing.ts";
import { treatsImagesAlike } from "./rows-alike.ts";

/** Batches that a network is tried with whose images share an axis with something else. */
const OTHER_BATCHES = [3];

/** Images that a file of any number is read for as well: not one, and no length that an image often has. */
const SEVERAL = 5;

/** A network whose layers Graft knows, and whether their form alone shows that no images are mixed. */
type LayeredBackbone = ImportedBackbone & Pick<FileNetwork, "keepsImagesApart">;

/**
 * The network in the bytes of a model file.
 *
 * Layers of operators that Graft does not know are one layer, which runs them as they are and cannot be trained.
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
  const backbone = await opaqueBackbone(opened, reason);
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
    const declared = imageInput(inputInfo(file), path);
    const layout = layoutOf(declared, path);
    const dims = openLengths(declared, { layout, path, imageSize });
    const channels = declared.lengths[layout === "CHW" ? 1 : 3] ?? 3;
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
  return naming(opened.path, () => followedGraph(opened));
}

/** @throws GraphError if Graft cannot follow the file's graph. */
function followedGraph(opened: OpenedFile): LayeredBackbone {
  const { file, path, channelOrder, dims, layout, tokens } = opened;
  const { graph, dropouts, description } = decodeModelFile(file, {
    path,
    batchSize: 1,
    simplify: true,
    dims,
  });
  const [input] = graph.inputs;
  const planes = withPlanes(graph, { input, layout, channelOrder });
  const constants = new Map<string, Tensor>([...graph.initializers, [REVERSED, int64([2, 1, 0])]]);
  const ends = graph.outputs.map((output): (() => Beheaded) => {
    return () =>
      behead(simplify(reachable({ input: planes.input, output, nodes: planes.nodes, constants, dropouts })), path);
  });
  const stored = new Map(
    file.graph.initializer.flatMap(({ name }): [Tensor["data"], string][] => {
      const tensor = graph.initializers.get(name);
      return tensor === undefined ? [] : [[tensor.data, name]];
    }),
  );
  const network = knownNetwork(firstWithHead(ends, path), {
    path,
    name: graph.name,
    stored,
    tokens,
    forSeveral: () => readForSeveral(opened, graph),
  });
  const preprocessing = preprocessingOf({ ...opened, channels: planes.input.shape[1], description });
  return { name: graph.name, ...network, preprocessing };
}

/** The file once more; null if it fixes how many images it takes, or does not take so many. */
function readForSeveral(
  { file, path, dims, takesAnyBatch }: OpenedFile,
  { initializers }: Graph,
): { file: Graph; images: number } | null {
  if (!takesAnyBatch) return null;
  try {
    const options = { path, batchSize: SEVERAL, simplify: true, dims, constants: initializers };
    return { file: decodeModelFile(file, options).graph, images: SEVERAL };
  } catch (error) {
    if (error instanceof GraphError) return null;
    throw error;
  }
}

/** Of several outputs the first that a head makes. @throws GraphError for a file that ends in neither scores nor features. */
function firstWithHead(ends: readonly (() => Beheaded)[], path: string): Beheaded {
  let [first, problem] = [null as Beheaded | null, headless(path, undefined)];
  for (const read of ends) {
    try {
      const beheaded = read();
      if (beheaded.head !== null) return beheaded;
      first ??= beheaded;
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      problem = error;
    }
  }
  if (first === null) throw problem;
  return first;
}
