/** @file The test images that models got wrong, with pictures of the first. */

import { sizeOf } from "../../core/index.ts";
import { type ImageShape, type ImageSubset, encodeJpeg, readImage } from "../../data/node/index.ts";
import { unpackPredictions } from "../../statistics/index.ts";
import { thumbnail, thumbnailShape } from "../material/thumbnail.ts";
import type { WrongImageRecord } from "../records/evaluation-record.ts";
import type { RunRecord } from "../records/records.ts";

/** Images listed at most, and with a picture. */
const MOST_LISTED = 2000;
const MOST_PICTURES = 400;

/** The images of the target's test set, and their shape. */
export interface TestImages {
  test: ImageSubset;
  imageShape: ImageShape;
}

/** What a summary says of its runs' wrong answers; each picture is made once. */
export function rememberWrongImages({
  test,
  imageShape,
}: TestImages): (runs: readonly RunRecord[]) => Promise<WrongImageRecord[]> {
  const pictures = new Map<number, string>();
  const pictureOf = async (index: number): Promise<string> => {
    const known = pictures.get(index);
    if (known !== undefined) return known;
    const image = new Uint8Array(sizeOf(imageShape));
    readImage(test.part.pixels, index, image);
    const jpeg = await encodeJpeg(thumbnail(image, imageShape), thumbnailShape(imageShape));
    const picture = Buffer.from(jpeg).toString("base64");
    pictures.set(index, picture);
    return picture;
  };
  return async (runs) => {
    const places = wrongPlaces(runs, test.labels).slice(0, MOST_LISTED);
    return Promise.all(
      places.map(async (place, rank) => {
        const index = test.indices[place];
        const file = test.files?.[index];
        return {
          place,
          index,
          ...(file === undefined ? {} : { file }),
          label: test.labels[place],
          ...(rank < MOST_PICTURES ? { jpegBase64: await pictureOf(index) } : {}),
        };
      }),
    );
  };
}

/** Where the answers of some model are wrong: those of the most accurate model first, its surest ones first. */
function wrongPlaces(runs: readonly RunRecord[], labels: ArrayLike<number>): number[] {
  const answered = runs.flatMap(({ task, evaluation }) =>
    task === "target" && evaluation?.predicted !== undefined
      ? [unpackPredictions(evaluation.predicted, labels.length)]
      : [],
  );
  const wrong = answered.map(({ labels: answers, probabilities }) => {
    const places = Array.from(labels, (_, place) => place).filter((place) => answers[place] !== labels[place]);
    return places.sort((a, b) => probabilities[b] - probabilities[a] || a - b);
  });
  return [...new Set(wrong.sort((a, b) => a.length - b.length).flat())];
}
