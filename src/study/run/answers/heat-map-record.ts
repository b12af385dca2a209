/** @file Where a finished model looked on some of the test images. */

import { GraphError, sizeOf } from "../../../core/index.ts";
import { type ImageShape, type ImageSubset, readImage } from "../../../data/index.ts";
import type { SessionOptions } from "../../../engine/runtime/index.ts";
import { predictedLabels } from "../../../statistics/index.ts";
import { type HeatMaps, heatMapBytes, openHeatMaps } from "../../../transfer/index.ts";
import type { HeatMapRecord } from "../../records/evaluation-record.ts";

/** Images that a model got wrong, and as many that it got right. */
export const MAPPED_IMAGES = 60;

export interface HeatMapOptions {
  /** What `exportModel` made of it. */
  model: Uint8Array;
  subset: ImageSubset;
  /** [images, classes] row by row, in the order of the subset. */
  probabilities: Float64Array;
  imageShape: ImageShape;
  session: SessionOptions;
  onProgress: (images: number, total: number) => void;
}

/** An image of a subset, by its place there, and what the model said. */
interface Answer {
  readonly place: number;
  readonly label: number;
  readonly answer: number;
  readonly sureness: number;
}

/** Maps of the surest mistakes, and of right answers, the surest of every class first; null where the network has none. */
export async function heatMapRecord(options: HeatMapOptions): Promise<HeatMapRecord | null> {
  const maps = await openHeatMaps(options.model, options.session).catch((error: unknown) => {
    if (error instanceof GraphError) return null;
    throw error;
  });
  if (maps === null) return null;
  try {
    return await mapShown(maps, options);
  } finally {
    await maps.close();
  }
}

async function mapShown(maps: HeatMaps, options: HeatMapOptions): Promise<HeatMapRecord> {
  const { subset, imageShape } = options;
  const image = new Uint8Array(sizeOf(imageShape));
  const images: HeatMapRecord["images"] = [];
  let [height, width] = [0, 0];
  const shown = shownAnswers(options);
  for (const { place, answer } of shown) {
    const index = subset.indices[place];
    readImage(subset.part.pixels, index, image);
    const map = heatMapBytes(await maps.mapOf(image, answer));
    [height, width] = [map.height, map.width];
    images.push({ index, base64: Buffer.from(map.bytes).toString("base64") });
    options.onProgress(images.length, shown.length);
  }
  return { method: maps.method, height, width, images };
}

/** The surest mistakes first, as many as are shown; then right answers, one of each class after another. */
export function shownAnswers(options: Pick<HeatMapOptions, "subset" | "probabilities">): Answer[] {
  const answers = answersOf(options).sort((a, b) => b.sureness - a.sureness || a.place - b.place);
  const wrong = answers.filter(({ answer, label }) => answer !== label);
  const seen = new Map<number, number>();
  const right = answers
    .filter(({ answer, label }) => answer === label)
    .map((one) => {
      const rank = seen.get(one.label) ?? 0;
      seen.set(one.label, rank + 1);
      return { one, rank };
    })
    // sorting keeps the order of equals
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
  return [...wrong.slice(0, MAPPED_IMAGES), ...right.slice(0, MAPPED_IMAGES)];
}

function answersOf({ subset, probabilities }: Pick<HeatMapOptions, "subset" | "probabilities">): Answer[] {
  const numClasses = probabilities.length / subset.indices.length;
  const answers = predictedLabels({ labels: Int32Array.from(subset.labels), probabilities, numClasses });
  return Array.from(subset.labels, (label, place) => {
    const answer = answers[place];
    return { place, label, answer, sureness: probabilities[place * numClasses + answer] };
  });
}
