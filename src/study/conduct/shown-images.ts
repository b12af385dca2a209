/** @file The test images that models got wrong, with pictures of the first; and right ones of which is known where a model looked. */

import { sizeOf } from "../../core/index.ts";
import { type ImageShape, type ImageSubset, encodeJpeg, readImage } from "../../data/node/index.ts";
import { unpackPredictions } from "../../statistics/index.ts";
import { thumbnail, thumbnailShape } from "../material/thumbnail.ts";
import type { ShownImageRecord } from "../records/evaluation-record.ts";
import type { RunRecord, StudySummary } from "../records/records.ts";
import { MAPPED_IMAGES } from "../run/answers/heat-map-record.ts";

/** Images listed at most, and with a picture. */
const MOST_LISTED = 2000;
const MOST_PICTURES = 400;

/** The images of the target's test set, and their shape. */
export interface TestImages {
  test: ImageSubset;
  imageShape: ImageShape;
}

/** What a summary shows of its runs' answers. */
export type ShownImages = Required<Pick<StudySummary, "wrongImages" | "rightImages">>;

/** What a summary says of its runs' answers, wrong and right ones; each picture is made once. */
export function rememberShownImages({
  test,
  imageShape,
}: TestImages): (runs: readonly RunRecord[]) => Promise<ShownImages> {
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
  const shown = async (place: number, { hasPicture }: { hasPicture: boolean }): Promise<ShownImageRecord> => {
    const index = test.indices[place];
    const file = test.files?.[index];
    return {
      place,
      index,
      ...(file === undefined ? {} : { file }),
      label: test.labels[place],
      ...(hasPicture ? { jpegBase64: await pictureOf(index) } : {}),
    };
  };
  return async (runs) => {
    const wrong = wrongPlaces(runs, test.labels);
    const isWrong = new Set(wrong);
    const right = mappedPlaces(runs, test).filter((place) => !isWrong.has(place));
    const listed = wrong.slice(0, MOST_LISTED).map((place, rank) => shown(place, { hasPicture: rank < MOST_PICTURES }));
    const mapped = right.slice(0, MAPPED_IMAGES).map((place) => shown(place, { hasPicture: true }));
    return { wrongImages: await Promise.all(listed), rightImages: await Promise.all(mapped) };
  };
}

/** Where some model was asked where it looked: the places of the first model first. */
function mappedPlaces(runs: readonly RunRecord[], { indices }: ImageSubset): number[] {
  const places = new Map(Array.from(indices, (index, place) => [index, place]));
  const mapped = runs.flatMap(({ task, evaluation }) =>
    task === "target" ? (evaluation?.heatMaps?.images ?? []) : [],
  );
  return [...new Set(mapped.flatMap(({ index }) => places.get(index) ?? []))];
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
