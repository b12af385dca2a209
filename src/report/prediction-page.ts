/** @file A page of images with what a model says of them; it needs nothing beside itself. */

import { count, percent, plural } from "../core/index.ts";
import { imagePage } from "./image-page.ts";

/** What a page shows. */
export interface PredictionPageOptions {
  /** What the model is called. */
  readonly model: string;
  readonly images: readonly {
    readonly file: string;
    /** JPEG. */
    readonly thumbnail: Uint8Array;
    /** Where the model looked, a JPEG of the image as the model saw it. */
    readonly heatMap?: Uint8Array | undefined;
    /** The likeliest class first; probabilities in [0, 1]. */
    readonly answers: readonly { readonly className: string; readonly probability: number }[];
  }[];
}

/** The page as text, images in their order. */
export function predictionPage({ model, images }: PredictionPageOptions): string {
  const cards = images.map(({ file, thumbnail, heatMap, answers }) => ({
    file,
    thumbnail,
    ...(heatMap === undefined
      ? {}
      : { beside: { jpeg: heatMap, text: `What speaks for ${answers[0].className}, from dark to yellow` } }),
    rows: answers.map(({ className, probability }) => ({
      text: className,
      value: percent(probability),
      share: probability,
    })),
  }));
  return imagePage({
    title: `Predictions of ${model}`,
    note: `${plural(images.length, "image")}: ${classCounts(images)}`,
    sections: [{ cards }],
  });
}

/** `heart 7, disc 5`: classes by the number of images that they are the likeliest of. */
function classCounts(images: PredictionPageOptions["images"]): string {
  const counts = new Map<string, number>();
  for (const { answers } of images) {
    const [{ className }] = answers;
    counts.set(className, (counts.get(className) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([className, times]) => `${className} ${count(times)}`)
    .join(", ");
}
