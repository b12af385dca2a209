/** @file A network whose lower layers run as the file has them, and whose upper ones are layers that train. */

import { GraphError, type Shape, TrainingError, float32, sizeOf } from "../../../core/index.ts";
import { type Layer, type Network, networkParameters } from "../../../engine/nn/index.ts";
import {
  type ModelFile,
  PROBED,
  type Value,
  dependents,
  dtypeCodes,
  encodeProbe,
  takeNodes,
} from "../../../engine/onnx/index.ts";
import { createModelSession } from "../../../engine/runtime/index.ts";
import { type FollowedGraph, followGraph } from "../follow-graph.ts";
import type { ImportedBackbone, OpenedFile } from "../imported-backbone.ts";
import { preprocessingOf } from "../preprocessing.ts";
import { treatsImagesAlike } from "../rows-alike.ts";
import { fedImage, opaqueBody, said } from "./opaque-backbone.ts";

/** A value that all nodes after a place depend on, and no other before it. */
interface Cut {
  readonly name: string;
  /** How many of the file's nodes come before it. */
  readonly place: number;
}

/** Images that the upper layers are tried with where their form does not show that images stay apart. */
const OTHER_BATCHES = [3];

/**
 * The network of a file that Graft follows from some value on; null where it follows nothing with weights but a head.
 *
 * `reason` is why it does not follow the whole.
 */
export async function partlyFollowed(opened: OpenedFile, reason: GraphError): Promise<ImportedBackbone | null> {
  const { file, path } = opened;
  try {
    const image = fedImage(opened);
    if (image.shape[0] !== 1) return null;
    const found = earliestFollowed(opened, await shapedCuts(opened, image));
    if (found === null || !trainsBelowHead(found.upper.network.network)) return null;
    const { cut, upper } = found;
    const { network, parameters, keepsImagesApart, ...ends } = upper.network;
    if (!keepsImagesApart && !(await treatsImagesAlike({ network, parameters }, { batches: OTHER_BATCHES })))
      return null;
    const nodes = takeNodes(file, { input: image.name, outputs: [cut.name] });
    const taken = network.layers.some(({ name }) => name === "backbone");
    const lower = await opaqueBody(opened, {
      nodes,
      features: sizeOf(network.inputShape),
      name: taken ? "body" : "backbone",
    });
    const [body] = lower.layers;
    return {
      ...ends,
      name: file.graph.name,
      network: { ...lower, layers: [inShape(body, network.inputShape), ...network.layers] },
      parameters,
      preprocessing: preprocessingOf({ ...opened, channels: lower.inputShape[0], description: file.model.docString }),
      untrainable:
        `${path}: its layers up to "${body.name}" run as they are and cannot be trained, since Graft cannot follow them: ` +
        `${said(reason, path)}${ends.untrainable === null ? "" : ` Above it: ${said(new GraphError(ends.untrainable), path)}`}`,
      trainsFrom: ends.untrainable === null ? 1 : ends.trainsFrom + 1,
    };
  } catch (error) {
    if (error instanceof TrainingError || error instanceof GraphError) return null;
    throw error;
  }
}

/** The cut with the most nodes after it that Graft follows: what is followed from one is so from all later ones. */
function earliestFollowed(
  opened: OpenedFile,
  cuts: readonly (Cut & { shape: Shape })[],
): { cut: Cut; upper: FollowedGraph } | null {
  let best: { cut: Cut; upper: FollowedGraph } | null = null;
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const upper = followedFrom(opened, cuts[middle]);
    if (upper === null) low = middle + 1;
    else [high, best] = [middle, { cut: cuts[middle], upper }];
  }
  return best;
}

function followedFrom(opened: OpenedFile, cut: Cut & { shape: Shape }): FollowedGraph | null {
  try {
    const file = fileFrom(opened, cut);
    return followGraph({ ...opened, file, dims: {} }, ({ nodes }, input) => ({ input, nodes }));
  } catch (error) {
    if (error instanceof GraphError) return null;
    throw error;
  }
}

/** The same file, fed the value of a cut; nodes that depend on no image stay. */
function fileFrom({ file, takesAnyBatch }: OpenedFile, { name, place, shape }: Cut & { shape: Shape }): ModelFile {
  const { graph } = file;
  const onImage = dependents(graph, graph.input[0].name);
  const dim = shape.map((length, axis) =>
    axis === 0 && takesAnyBatch
      ? ({ value: "dimParam", dimValue: 0, dimParam: "images" } as const)
      : ({ value: "dimValue", dimValue: length, dimParam: "" } as const),
  );
  const node = graph.node.filter(
    ({ output }, index) => index >= place || !output.some((one) => one !== "" && onImage.has(one)),
  );
  const input = [{ name, type: { tensorType: { elemType: dtypeCodes.float32, shape: { dim } } } }];
  return { ...file, graph: Object.assign(Object.create(graph) as ModelFile["graph"], { node, input }) };
}

/** The cuts of a graph, with the shapes that they have for one image. */
async function shapedCuts({ file }: OpenedFile, image: Value): Promise<(Cut & { shape: Shape })[]> {
  const cuts = cutsOf(file, image.name);
  if (cuts.length === 0) return [];
  const names = cuts.map(({ name }) => name);
  const outputs = names.map((_, index) => `graft#${index}`);
  const extra = names.map((name, index) => ({
    name: outputs[index],
    opType: "Shape",
    input: [name],
    output: [outputs[index]],
  }));
  const nodes = takeNodes(file, { input: image.name, outputs: names });
  const session = await createModelSession(encodeProbe(nodes, { outputs, extra, input: image }));
  try {
    const results = await session.run({ [PROBED]: float32(new Float32Array(sizeOf(image.shape)), image.shape) });
    const shaped = cuts.map((cut, index) => ({ ...cut, shape: Array.from(results[outputs[index]].data, Number) }));
    return shaped.filter(({ shape }) => shape.length >= 2 && shape.length <= 4 && shape[0] === 1);
  } finally {
    await session.close();
  }
}

function cutsOf({ graph }: ModelFile, image: string): Cut[] {
  const onImage = dependents(graph, image);
  const left = new Map<string, number>();
  const read = (name: string, count: number): number => {
    const now = (left.get(name) ?? 0) + count;
    left.set(name, now);
    return now;
  };
  for (const { input } of graph.node) for (const name of input) if (onImage.has(name)) read(name, 1);
  for (const { name } of graph.output) read(name, 1);
  const live = new Set([image]);
  return graph.node.flatMap(({ input, output }, index): Cut[] => {
    for (const name of input) if (onImage.has(name) && read(name, -1) === 0) live.delete(name);
    for (const name of output) if ((left.get(name) ?? 0) > 0 && onImage.has(name)) live.add(name);
    const [name, ...others] = live;
    return others.length === 0 && output.includes(name) ? [{ name, place: index + 1 }] : [];
  });
}

function trainsBelowHead(network: Network): boolean {
  const head = network.layers[network.layers.length - 1].name;
  return networkParameters(network).some(({ layer }) => layer !== head);
}

/** The flat numbers of a layer in the shape that the next one takes. */
function inShape(body: Layer, shape: Shape): Layer {
  return {
    ...body,
    outputShape: (input) => {
      body.outputShape(input);
      return shape;
    },
    build: (context, x) =>
      context.g.op("Reshape", [body.build(context, x), context.g.ints([-1, ...shape])], { allowzero: 0 }),
  };
}
