/** @file What a classifier says of images. */

import { sizeOf } from "../../../core/index.ts";
import { type LooseImage, decodeImages } from "../../../data/node/index.ts";
import type { Session } from "../../../engine/runtime/index.ts";
import type { Explainer } from "./explain-images.ts";
import type { Classifier } from "./read-classifier.ts";

/** A class and how sure the model is of it, in [0, 1]. */
export interface Answer {
  readonly className: string;
  readonly probability: number;
}

/** An image and its likeliest classes, the likeliest first; at a tie the first of them. */
export interface Prediction {
  readonly file: string;
  readonly answers: readonly Answer[];
  /** JPEG, where it was asked for. */
  readonly thumbnail: Uint8Array | undefined;
  /** Where the model looked, as a JPEG of the image as the model saw it, where it was asked for. */
  readonly heatMap: Uint8Array | undefined;
}

/** An image that cannot be read, and why, as a phrase. */
export interface Unreadable {
  readonly file: string;
  readonly problem: string;
}

/** How to predict. */
export interface PredictImagesOptions {
  readonly classifier: Classifier;
  /** Of the classifier's bytes. */
  readonly session: Session;
  /** Answers for each image. */
  readonly top: number;
  /** Longest side of the thumbnails; none are made without it. */
  readonly thumbnailSide?: number | undefined;
  readonly explainer?: Explainer | undefined;
  readonly signal: AbortSignal;
}

/** Every image in order; memory is bounded by a batch. */
export async function* predictImages(
  images: readonly LooseImage[],
  { classifier, session, top, thumbnailSide, explainer, signal }: PredictImagesOptions,
): AsyncGenerator<Prediction | Unreadable> {
  const { classNames, fit, scales } = classifier;
  const size = sizeOf(fit.imageShape);
  for await (const batch of decodeImages(images, { fit, scales, thumbnailSide, signal })) {
    const count = batch.images.filter(({ problem }) => problem === undefined).length;
    const probabilities = count === 0 ? [] : await probabilitiesOf(session, [count, ...fit.imageShape], batch.pixels);
    let row = 0;
    for (const { path: file, problem, thumbnail } of batch.images) {
      if (problem !== undefined) yield { file, problem };
      else {
        const own = probabilities.slice(row * classNames.length, (row + 1) * classNames.length);
        const image = batch.pixels.subarray(row * size, (row + 1) * size);
        row++;
        const answers = rankAnswers(classNames, own);
        const label = own.indexOf(answers[0].probability);
        const heatMap = await explainer?.explain(file, image, label);
        yield { file, answers: answers.slice(0, top), thumbnail, heatMap };
      }
    }
  }
}

async function probabilitiesOf(session: Session, shape: readonly number[], data: Uint8Array): Promise<number[]> {
  const { probabilities } = await session.run({ images: { dtype: "uint8", shape, data } });
  return Array.from(probabilities.data, Number);
}

function rankAnswers(classNames: readonly string[], probabilities: readonly number[]): Answer[] {
  const answers = classNames.map((className, index) => ({ className, probability: probabilities[index] }));
  // sorting keeps the order of equals
  return answers.sort((a, b) => b.probability - a.probability);
}
