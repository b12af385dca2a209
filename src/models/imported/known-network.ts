/** @file A network made of operators that Graft knows: layers in a row, weights by name, the file's head last. */

import { GraphError, type Tensor } from "../../core/index.ts";
import { gradientRules } from "../../engine/autodiff/index.ts";
import { type Layer, type Network, type Parameters, dense, dropout, flatten } from "../../engine/nn/index.ts";
import type { Graph, Node, Value } from "../../engine/onnx/index.ts";
import type { BatchAxes } from "./graph/batch-moves.ts";
import { withOwnAxis } from "./graph/own-axis.ts";
import { batchAxes, keepsImagesApart } from "./graph/batch-axis.ts";
import { type Segment, cutGraph } from "./graph/cut-graph.ts";
import { isFileForSeveral } from "./graph/file-for-several.ts";
import { type Beheaded, type OutputActivation, noHead } from "./graph/head.ts";
import { withOneRow } from "./graph/one-row.ts";
import { type SimpleGraph, makersOf } from "./graph/simple-graph.ts";
import { type TokenFeatures, leadingTokens, tokenFeatures } from "./graph/tokens.ts";
import { groupLayers, isDropout } from "./layers/group-layers.ts";
import { type ImportedGraph, importedLayer } from "./layers/imported-layer.ts";
import { type NameSource, layerNames, ownerOf, ownerOfNames } from "./layers/layer-names.ts";
import { type StoredNames, graphParameters } from "./layers/node-parameters.ts";
import { requireAnyBatch, trainingProblem } from "./probe.ts";

/** A network out of a file, with what is to be known of its two ends. */
export interface FileNetwork {
  readonly network: Network;
  readonly parameters: Parameters;
  /** False for files that end in features: then the last layer, `head`, does nothing. */
  readonly hasHead: boolean;
  /** What its features are made of where the file ends in tokens. */
  readonly tokens: TokenFeatures | null;
  readonly activation: OutputActivation;
  /** The sentence that says which operator has no gradient; null if every layer can be trained. */
  readonly untrainable: string | null;
  /** The first layer that can be trained, by its place, and so can all after it. */
  readonly trainsFrom: number;
  /** False where images share an axis with something else, so that running it has to show that they are not mixed. */
  readonly keepsImagesApart: boolean;
}

/** A file's nodes for any number of images. */
interface FreeGraph extends Pick<ImportedGraph, "axes" | "parameters"> {
  readonly whole: SimpleGraph;
  /** Those below a head. */
  readonly features: readonly Node[];
  /** What those below a head make. */
  readonly output: Value;
  readonly keepsImagesApart: boolean;
  /** Those of a head that is no dense layer. */
  readonly tail: readonly Node[];
}

interface KnownNetworkOptions {
  readonly path: string;
  readonly name: string;
  /** Names of the constants that the file holds, by their elements. */
  readonly stored: StoredNames;
  /** The file read for several images; null for one that fixes how many it takes. */
  readonly forSeveral: () => { readonly file: Graph; readonly images: number } | null;
  /** What features are made of where the file ends in tokens; the first one if it is a class token, or else their mean. */
  readonly tokens: TokenFeatures | undefined;
}

/**
 * The layers of a graph in two parts, and the values of their weights.
 *
 * @throws GraphError if an operator mixes images, or knows how many there are.
 */
export function knownNetwork(
  beheaded: Beheaded,
  { path, name, stored, forSeveral, tokens: how }: KnownNetworkOptions,
): FileNetwork {
  const { features, head, activation } = beheaded;
  const { whole, tail, ...free } = anyBatch(beheaded, { stored, forSeveral });
  const graph: ImportedGraph = { ...whole, axes: free.axes, parameters: free.parameters };
  const [dependent, constant] = [true, false].map((wanted) =>
    free.features.filter((node) => dependsOnImage(node, graph) === wanted),
  );
  const constants = { makers: makersOf(constant), order: new Map(constant.map((node, index) => [node, index])) };
  const data: SimpleGraph = { ...whole, nodes: dependent, output: free.output };
  const segments = groupLayers(cutGraph(data, graph), graph).map((one) => withConstants(one, constants));
  const last = head?.kind === "nodes" ? [{ input: head.input, output: head.output, nodes: tail }] : [];
  const names = layerNames([...[...segments, ...last].map((one) => nameSource(one, graph)), ...headSource(head)]);
  const parameters: Record<string, Tensor<"float32">> = {};
  const layers = [...segments, ...last].map((segment, index): Layer => {
    const rate = isDropout(segment, graph.dropouts) ? graph.dropouts.get(segment.output.name) : undefined;
    if (rate !== undefined) return dropout(names[index], rate);
    const made = importedLayer(names[index], segment, graph);
    Object.assign(parameters, made.parameters);
    return made.layer;
  });
  if (head?.kind === "dense") {
    const headName = names[names.length - 1];
    if (features.output.shape.length > 2) layers.push(flatten(names.includes("flatten") ? "head_flatten" : "flatten"));
    layers.push(dense(headName, { units: head.bias.data.length }));
    Object.assign(parameters, { [`${headName}.weight`]: head.weight, [`${headName}.bias`]: head.bias });
  }
  const tokens = head === null && free.output.shape.length === 3 ? tokensOf(data, free.axes, how) : null;
  if (tokens !== null) layers.push(tokenFeatures(names.includes("tokens") ? "token_features" : "tokens", tokens));
  if (head === null) layers.push(noHead(names.includes("head") ? "new_head" : "head"));
  const network: Network = { name, inputShape: features.input.shape.slice(1), layers };
  requireAnyBatch(network, path);
  const untrainable = untrainableSentence({ ...whole, parameters: graph.parameters }, { network, path });
  return {
    network,
    parameters,
    hasHead: head !== null,
    tokens: tokens?.how ?? null,
    activation,
    untrainable,
    trainsFrom: untrainable === null ? 0 : firstTrainable(network),
    keepsImagesApart: free.keepsImagesApart,
  };
}

function tokensOf(
  graph: SimpleGraph,
  axes: BatchAxes,
  wanted: TokenFeatures | undefined,
): { how: TokenFeatures; leading: number } {
  const leading = leadingTokens(graph, axes);
  return { how: wanted ?? (leading > 0 ? "first" : "mean"), leading };
}

/** The nodes of both parts for any number of images, with where the batch lies and what trains. */
function anyBatch(
  { features, head }: Beheaded,
  { stored, forSeveral }: Pick<KnownNetworkOptions, "stored" | "forSeveral">,
): FreeGraph {
  const given =
    head?.kind === "nodes" ? { ...features, nodes: [...features.nodes, ...head.nodes], output: head.output } : features;
  const { graph, axes } = followed(given, head?.kind !== "nodes");
  const one = withOneRow(graph, { axes, stored });
  const end = head?.kind === "nodes" ? features.nodes.length : undefined;
  return {
    whole: one.graph,
    features: one.graph.nodes.slice(0, end),
    output: end === undefined ? graph.output : features.output,
    tail: end === undefined ? [] : one.graph.nodes.slice(end),
    axes,
    parameters: graphParameters(one.graph, one.stored),
    keepsImagesApart: graph === given && (keepsImagesApart(graph, axes) || isAsFile(graph, { axes, forSeveral })),
  };
}

/** True where the file itself, which takes any number of images, says for several what the graph says. */
function isAsFile(
  graph: SimpleGraph,
  { axes, forSeveral }: { axes: BatchAxes } & Pick<KnownNetworkOptions, "forSeveral">,
): boolean {
  const several = forSeveral();
  return several !== null && isFileForSeveral(graph, { axes, ...several });
}

/** The batch's way through a graph, or through the same graph with an axis of its own for each image. */
function followed(graph: SimpleGraph, mayChange: boolean): { graph: SimpleGraph; axes: BatchAxes } {
  try {
    return { graph, axes: batchAxes(graph) };
  } catch (reason) {
    if (!(reason instanceof GraphError) || !mayChange || graph.input.shape[0] !== 1) throw reason;
    const own = withOwnAxis(graph, madeOf(graph));
    try {
      return { graph: own, axes: batchAxes(own) };
    } catch {
      // what is said is said of the graph that the file has
      throw reason;
    }
  }
}

/** Names of the values that the image changes. */
function madeOf({ input, nodes }: SimpleGraph): Set<string> {
  const names = new Set([input.name]);
  for (const { inputs, outputs } of nodes) {
    if (inputs.some((one) => one !== null && names.has(one.name))) for (const { name } of outputs) names.add(name);
  }
  return names;
}

function dependsOnImage({ outputs }: Node, { axes }: ImportedGraph): boolean {
  return outputs.some(({ name }) => axes.has(name));
}

/** The segment with those nodes before it that it needs and that depend on no image. */
function withConstants(
  segment: Segment,
  { makers, order }: { makers: ReadonlyMap<string, Node>; order: ReadonlyMap<Node, number> },
): Segment {
  const wanted = new Set<Node>();
  const read = [...segment.nodes];
  for (let node = read.pop(); node !== undefined; node = read.pop()) {
    for (const input of node.inputs) {
      const maker = makers.get(input?.name ?? "");
      if (maker === undefined || wanted.has(maker)) continue;
      wanted.add(maker);
      read.push(maker);
    }
  }
  if (wanted.size === 0) return segment;
  const inOrder = [...wanted].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return { ...segment, nodes: [...inOrder, ...segment.nodes] };
}

function nameSource({ nodes }: Segment, { parameters }: ImportedGraph): NameSource {
  const owners = nodes.filter((node) => parameters.has(node)).map((node) => ownerOf(node, parameters));
  return { owners, first: nodes[0] };
}

/** The head keeps its whole path: `classifier.1`. */
function headSource(head: Beheaded["head"]): NameSource[] {
  if (head?.kind !== "dense") return [];
  const owner = ownerOfNames([head.weightName], head.node);
  return [{ owners: [owner.length === 0 ? ["head"] : owner], first: head.node, whole: true }];
}

/** The first layer from which on all have gradients. */
function firstTrainable({ layers, ...network }: Network): number {
  let [low, high] = [1, layers.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (trainingProblem({ ...network, layers }, middle) === null) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first operator behind a weight that has no gradient, or the form of one that has none. */
function untrainableSentence(
  { nodes, parameters }: SimpleGraph & Pick<ImportedGraph, "parameters">,
  { network, path }: { network: Network; path: string },
): string | null {
  const trained = new Set<string>();
  for (const node of nodes) {
    const { domain, opType, name, inputs, outputs } = node;
    const readsTrained = inputs.some((input) => input !== null && trained.has(input.name));
    if (!readsTrained && !parameters.has(node)) continue;
    // a comparison says which of two values goes on, and gradients go by way of these
    if (outputs.every(({ dtype }) => dtype === "bool")) continue;
    if (domain !== "" || gradientRules[opType] === undefined) {
      return `${path}: its operator ${opType} ("${name}") has no gradient, so its layers stay as they are.`;
    }
    for (const output of outputs) trained.add(output.name);
  }
  const problem = trainingProblem(network);
  return problem === null ? null : `${path}: its layers stay as they are, for they have no gradient: ${problem}`;
}
