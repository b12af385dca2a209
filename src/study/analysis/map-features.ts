/** @file Maps of source and target images: as raw pixels, and as the source network sees them. */

import { sizeOf, stream } from "../../core/index.ts";
import { type ImageShape, type ImageSubset, takePerClass } from "../../data/index.ts";
import { parameterLayers, pca, tsne } from "../../transfer/index.ts";
import type { Budget } from "../file/plan.ts";
import { evaluationImages } from "../material/batch-sources.ts";
import { concatenate } from "../material/concatenate.ts";
import { thumbnail } from "../material/thumbnail.ts";
import type { FeatureMapRecord } from "../records/analysis-record.ts";
import type { TrainedSource } from "./score-source.ts";
import { probeSource } from "./source-probe.ts";

const POINTS_PER_CLASS = 40;
const MOST_POINTS = 600;
/** Directions that t-SNE looks at; the others hold little but noise. */
const TSNE_COMPONENTS = 50;
/** More would fill the summary with digits that no map can show. */
const SIGNIFICANT_DIGITS = 4;

/** What a point stands for. */
type Meaning = Omit<FeatureMapRecord["points"][number], "x" | "y">;

/** Images as rows of numbers. */
interface Cloud {
  features: string;
  values: Float32Array;
}

/**
 * Principal components and t-SNE of up to 40 training images of every class, in pixels and in the features below the
 * source's last layer. The images are drawn from the seed; the methods leave nothing to chance.
 */
export async function mapFeatures(
  source: TrainedSource,
  { largestBudget }: { largestBudget: Budget },
): Promise<FeatureMapRecord[]> {
  const { tasks, seed } = source;
  const trained = [
    ...(tasks.source === null ? [] : [{ task: "source" as const, images: tasks.source.train }]),
    { task: "target" as const, images: tasks.target(largestBudget).train },
  ];
  const classes = trained.reduce((sum, { images }) => sum + imagesPerLabel(images).size, 0);
  const perClass = Math.min(POINTS_PER_CLASS, Math.floor(MOST_POINTS / classes));
  const shown = trained.map(({ task, images: all }) => {
    const images = takePerClass(
      all,
      Math.min(Math.max(1, perClass), smallestClass(all)),
      stream(seed, "feature map", task),
    );
    return { images, meanings: Array.from(images.labels, (label) => ({ className: images.classNames[label], task })) };
  });
  const meanings = shown.flatMap((part) => part.meanings);
  const clouds = await cloudsOf(
    source,
    shown.map(({ images }) => images),
  );
  return clouds.flatMap((cloud) => mapsOf(cloud, meanings));
}

/** Raw pixels first, then the features of the last layer below the head, if there is one. */
async function cloudsOf(source: TrainedSource, subsets: readonly ImageSubset[]): Promise<Cloud[]> {
  const { network, tasks, imageShape } = source;
  const layers = parameterLayers(network);
  const [below, head] = layers.slice(-2);
  const pixels = subsets.map((subset) =>
    concatenate(
      Array.from(evaluationImages(subset, imageShape), ({ input }) => pixelsOf(input.data as Uint8Array, imageShape)),
    ),
  );
  const raw = { features: "raw pixels", values: concatenate(pixels) };
  if (layers.length < 2) return [raw];
  const seen: Float32Array[] = [];
  for (const subset of subsets) {
    const options = { ...source, normalization: tasks.normalization, layers: [head], subset };
    const { features } = await probeSource(options);
    seen.push(features.get(head)?.values ?? new Float32Array());
  }
  return [raw, { features: below, values: concatenate(seen) }];
}

/** Of large photographs the numbers of their thumbnails: a million directions would say no more. */
function pixelsOf(images: Uint8Array, imageShape: ImageShape): Float32Array {
  const size = sizeOf(imageShape);
  return concatenate(
    Array.from({ length: images.length / size }, (_, index) =>
      Float32Array.from(thumbnail(images.subarray(index * size, (index + 1) * size), imageShape)),
    ),
  );
}

function mapsOf({ features, values }: Cloud, meanings: readonly Meaning[]): FeatureMapRecord[] {
  const count = meanings.length;
  const components = Math.min(TSNE_COMPONENTS, values.length / count);
  const { scores, explained } = pca(values, count, { components });
  const plane = Float64Array.from({ length: 2 * count }, (_, index) => {
    const component = index % 2;
    return component < components ? scores[Math.floor(index / 2) * components + component] : 0;
  });
  return [
    {
      method: "pca",
      features,
      explained: [short(explained[0]), short(explained[1] ?? 0)],
      points: pointsOf(plane, meanings),
    },
    { method: "tsne", features, points: pointsOf(tsne(scores, count), meanings) },
  ];
}

function pointsOf(places: Float64Array, meanings: readonly Meaning[]): FeatureMapRecord["points"] {
  return meanings.map((meaning, index) => ({
    x: short(places[2 * index]),
    y: short(places[2 * index + 1]),
    ...meaning,
  }));
}

function short(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

function imagesPerLabel({ labels }: ImageSubset): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function smallestClass(subset: ImageSubset): number {
  return Math.min(...imagesPerLabel(subset).values());
}
