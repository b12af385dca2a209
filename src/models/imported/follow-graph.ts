/** @file Follows a file's graph, or the end of it, as layers. */

import { GraphError, type Tensor } from "../../core/index.ts";
import { type Graph, type ModelFile, type Value, decodeModelFile } from "../../engine/onnx/index.ts";
import { type Beheaded, behead, headless } from "./graph/head.ts";
import { type ImageGraph, imageConstants } from "./graph/image-input.ts";
import { reachable, simplify } from "./graph/simple-graph.ts";
import type { OpenedFile } from "./imported-backbone.ts";
import { type FileNetwork, knownNetwork } from "./known-network.ts";

/** Images that a file of any number is read for as well: not one, and no length that an image often has. */
const SEVERAL = 5;

/** A network out of a file, and what the file says of itself. */
export interface FollowedGraph {
  readonly name: string;
  readonly network: FileNetwork;
  readonly input: Value;
  readonly description: string;
}

/**
 * The layers of a file's graph; `fed` brings what the network is fed into the file's form.
 *
 * @throws GraphError if Graft cannot follow it.
 */
export function followGraph(
  opened: OpenedFile,
  fed: (graph: Graph, input: Value) => Pick<ImageGraph, "input" | "nodes">,
): FollowedGraph {
  const { file, path, dims, tokens } = opened;
  const { graph, dropouts, description } = decodeModelFile(file, { path, batchSize: 1, simplify: true, dims });
  const { input, nodes } = fed(graph, graph.inputs[0]);
  const constants = new Map<string, Tensor>([...graph.initializers, ...imageConstants]);
  const ends = graph.outputs.map((output): (() => Beheaded) => {
    return () => behead(simplify(reachable({ input, output, nodes, constants, dropouts })), path);
  });
  const forSeveral = (): { file: Graph; images: number } | null => readForSeveral(opened, graph);
  const options = { path, name: graph.name, stored: storedNames(file, graph), tokens, forSeveral };
  return { name: graph.name, network: knownNetwork(firstWithHead(ends, path), options), input, description };
}

function storedNames(file: ModelFile, { initializers }: Graph): ReadonlyMap<Tensor["data"], string> {
  return new Map(
    file.graph.initializer.flatMap(({ name }): [Tensor["data"], string][] => {
      const tensor = initializers.get(name);
      return tensor === undefined ? [] : [[tensor.data, name]];
    }),
  );
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
