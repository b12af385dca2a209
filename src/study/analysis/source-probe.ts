/** @file What a trained source network says of images: its answers, and its features below some of its layers. */

import { type Shape, type Tensor, sizeOf } from "../../core/index.ts";
import type { ImageShape, ImageSubset } from "../../data/index.ts";
import { type Network, type Normalization, type Parameters, shapeAfter, sliceNetwork } from "../../engine/nn/index.ts";
import type { Session, SessionOptions } from "../../engine/runtime/index.ts";
import { createInferenceSession } from "../../engine/training/index.ts";
import { parameterLayers } from "../../transfer/index.ts";
import { evaluationImages } from "../material/batch-sources.ts";
import { concatenate } from "../material/concatenate.ts";
import { softmaxRows } from "../run/answers/softmax-rows.ts";
import { averageGrid, largestGrid } from "./average-grid.ts";

/** Features that are images have at most so many numbers after their space is averaged. */
const MOST_POOLED_FEATURES = 256;

/** Features of every image, one row each. */
export interface ProbedFeatures {
  readonly width: number;
  /** [N, width] */
  readonly values: Float32Array;
}

export interface Probe {
  /** [N, source classes] */
  readonly probabilities: Float64Array;
  /** By the name of the first layer above them. */
  readonly features: ReadonlyMap<string, ProbedFeatures>;
}

export interface ProbeOptions {
  network: Network;
  parameters: Parameters;
  normalization: Normalization;
  /** Layers with parameters; the features below each are kept. */
  layers: readonly string[];
  subset: ImageSubset;
  imageShape: ImageShape;
  session: SessionOptions;
}

/** A segment of the network, and how its outcome is kept. */
interface Segment {
  session: Session;
  /** The layer above, whose features are kept; null for the last segment. */
  layer: string | null;
  imageShape: Shape | null;
  outputs: Float32Array[];
}

/**
 * Runs all images once through the network, layers in inference form.
 *
 * Features that are images, flattened or not, are averaged over a grid as fine as leaves 256 numbers: a score of
 * thousands of features would say more of their number than of the images. Other features are kept as they are.
 */
export async function probeSource(options: ProbeOptions): Promise<Probe> {
  const segments = await openSegments(options);
  try {
    for (const { input } of evaluationImages(options.subset, options.imageShape)) {
      let values: Tensor = input;
      for (const segment of segments) {
        values = (await segment.session.run({ input: values })).output;
        segment.outputs.push(keepOutput(segment, values));
      }
    }
  } finally {
    await Promise.all(segments.map(({ session }) => session.close()));
  }
  const count = options.subset.indices.length;
  const features = segments.flatMap(({ layer, outputs }): [string, ProbedFeatures][] => {
    const values = concatenate(outputs);
    return layer === null ? [] : [[layer, { width: values.length / count, values }]];
  });
  return {
    probabilities: softmaxRows(concatenate(segments[segments.length - 1].outputs), shapeAfter(options.network)[0]),
    features: new Map(features),
  };
}

/** Cut below each of the layers. */
async function openSegments(options: ProbeOptions): Promise<Segment[]> {
  const { network, parameters, normalization, layers, session } = options;
  const wanted = network.layers.map(({ name }) => name).filter((name) => layers.includes(name));
  const cuts = wanted.map((name) => network.layers.findIndex((layer) => layer.name === name));
  const ends = [...cuts, network.layers.length];
  return Promise.all(
    ends.map(async (end, index): Promise<Segment> => {
      const start = index === 0 ? 0 : ends[index - 1];
      const input = start === 0 ? ({ kind: "images", normalization } as const) : ({ kind: "features" } as const);
      const isLast = index === cuts.length;
      return {
        session: await createInferenceSession(
          { network: sliceNetwork(network, start, end), parameters, input },
          session,
        ),
        layer: isLast ? null : wanted[index],
        imageShape: isLast ? null : imageShapeOf(network, end),
        outputs: [],
      };
    }),
  );
}

/** The shape of the features as an image, if they are one or a flattened one; null if they are not. */
function imageShapeOf(network: Network, end: number): Shape | null {
  const withParameters = new Set(parameterLayers(network));
  const size = sizeOf(shapeAfter(network, end));
  for (let index = end; index > 0; index--) {
    const shape = shapeAfter(network, index);
    // activations and flattening keep every number in its place
    if (sizeOf(shape) !== size) return null;
    if (shape.length === 3) return shape;
    if (withParameters.has(network.layers[index - 1].name)) return null;
  }
  return null;
}

function keepOutput({ imageShape }: Segment, { data, shape }: Tensor): Float32Array {
  const values = Float32Array.from(data as Float32Array);
  if (imageShape === null) return values;
  return averageGrid(values, { count: shape[0], imageShape, grid: largestGrid(imageShape, MOST_POOLED_FEATURES) });
}
