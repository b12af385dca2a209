/** @file Maps of where an exported model looked, image by image. */

import { GraphError, type Shape, type Tensor, sizeOf } from "../../core/index.ts";
import { lower } from "../../engine/lowering/index.ts";
import { type Graph, Operations, type Value, decodeModel } from "../../engine/onnx/index.ts";
import { type SessionOptions, createSession } from "../../engine/runtime/index.ts";
import { type Sight, findSight } from "./find-sight.ts";
import { relevance } from "./relevance.ts";

/** How far each place of an image speaks for a class. */
export interface HeatMap {
  readonly height: number;
  readonly width: number;
  /** [height, width], at least 0, in no unit that two images share. */
  readonly values: Float32Array;
}

/** Makes maps of one model. */
export interface HeatMaps {
  readonly method: Sight["method"];
  /** Why a model says `label`, the number of an output, of an image, [channels, height, width] bytes. */
  mapOf(image: Uint8Array, label: number): Promise<HeatMap>;
  close(): Promise<void>;
}

/**
 * Maps of a model that `exportModel` wrote: Grad-CAM of the last convolution, attention roll-out for transformers.
 *
 * @throws GraphError if the model has neither, or an operator above it that Graft does not know or has no gradient for.
 */
export async function openHeatMaps(model: Uint8Array, options: SessionOptions = {}): Promise<HeatMaps> {
  const { graph, sight, imageShape, classes } = heatMapGraph(decodeModel(model, { batchSize: 1 }).graph);
  const session = await createSession(graph, options);
  const [height, width] = sight.grid;
  return {
    method: sight.method,
    mapOf: async (image, label) => {
      const chosen = new Float32Array(classes);
      chosen[label] = 1;
      const inputs: Record<string, Tensor> = {
        images: { dtype: "uint8", shape: imageShape, data: image },
        chosen: { dtype: "float32", shape: [1, classes], data: chosen },
      };
      const { map } = await session.run(inputs);
      return { height, width, values: map.data as Float32Array };
    },
    close: () => session.close(),
  };
}

/** From `images` [1, channels, height, width] and `chosen` [1, classes], 1 for one of them, to `map` [height, width]. */
function heatMapGraph(model: Graph): { graph: Graph; sight: Sight; imageShape: Shape; classes: number } {
  const g = new Operations();
  const values = new Map<string, Value>();
  for (const { name, dtype, shape } of model.inputs) values.set(name, g.input(name, dtype, shape));
  for (const [name, tensor] of model.initializers) values.set(name, g.initializer(name, tensor));
  const valueOf = (name: string): Value => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`internal: no value ${name}`);
    return value;
  };
  for (const node of model.nodes) {
    const inputs = node.inputs.map((input) => (input === null ? null : valueOf(input.name)));
    for (const [index, value] of g.again(node, inputs).entries()) values.set(node.outputs[index].name, value);
  }
  const images = valueOf("images");
  const last = g.producerOf(valueOf("probabilities"));
  const logits = last?.opType === "Softmax" ? last.inputs[0] : null;
  if (logits === null) throw new GraphError("expected probabilities made by a Softmax, got others.");
  const sight = findSight(g.nodes, { images, logits });
  const chosen = g.input("chosen", "float32", logits.shape);
  const score = g.reduceSum(g.mul(logits, chosen), [0, 1]);
  g.output(relevance(g, score, sight), "map");
  return { graph: lower(g.build(model.name)), sight, imageShape: images.shape, classes: sizeOf(logits.shape) };
}
