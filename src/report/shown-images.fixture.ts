/** @file For tests: answers that models gave to images, and pictures of those that are wrong. */

import sharp from "sharp";
import type { RandomStream } from "../core/index.ts";
import { packPredictions, unpackPredictions } from "../statistics/index.ts";
import type { HeatMapRecord, StudySummary } from "../study/index.ts";

const LISTED = 40;
const WITH_PICTURE = 30;

/** Stripes, finer from one to the next. */
const pictures = await Promise.all(
  Array.from({ length: WITH_PICTURE }, async (_, rank) => {
    const pixels = Uint8Array.from({ length: 32 * 32 * 3 }, (__, at) => (at * (rank + 1)) % 256);
    const jpeg = await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
      .jpeg()
      .toBuffer();
    return jpeg.toString("base64");
  }),
);

/** Answers that give a confusion matrix: the images of a class lie together, which of them are wrong is drawn. */
export function testPredictions(confusion: readonly number[][], random: RandomStream): string {
  const labels = confusion.flatMap((row) => {
    const answers = row.flatMap((times, answer) => Array.from({ length: times }, () => answer));
    const from = random.integer(answers.length);
    return [...answers.slice(from), ...answers.slice(0, from)];
  });
  return packPredictions({ labels, probabilities: labels.map(() => 0.5 + 0.5 * random.uniform()) });
}

/** Maps of every second of these images. */
export function testHeatMaps(images: readonly { index: number }[]): HeatMapRecord {
  const base64 = Buffer.from(Uint8Array.from({ length: 16 }, (_, at) => 17 * at)).toString("base64");
  const mapped = images.filter((_, rank) => rank % 2 === 0).map(({ index }) => ({ index, base64 }));
  return { method: "grad-cam", height: 4, width: 4, images: mapped };
}

/** The class of each test image, and the answers of the models that are shown in detail. */
function answersIn({ target, runs, budgets, seeds }: StudySummary) {
  const perClass = target.testImages / target.classNames.length;
  const labelOf = (place: number): number => Math.floor(place / perClass);
  const answers = runs.flatMap(({ task, seed, imagesPerClass, evaluation }) =>
    task === "target" && seed === seeds[0] && imagesPerClass === budgets.at(-1)
      ? [unpackPredictions(evaluation?.predicted ?? "", target.testImages).labels]
      : [],
  );
  return { labelOf, answers, places: Array.from({ length: target.testImages }, (_, place) => place) };
}

/** Six images that every model got right. */
export function testRightImages(summary: StudySummary): NonNullable<StudySummary["rightImages"]> {
  const { labelOf, answers, places } = answersIn(summary);
  return places
    .filter((place) => answers.every((labels) => labels[place] === labelOf(place)))
    .slice(0, 6)
    .map((place, rank) => ({ place, index: place, label: labelOf(place), jpegBase64: pictures[rank] }));
}

/** Some of the images that models got wrong, every second a file, one of them with a name that is no good manners. */
export function testWrongImages(summary: StudySummary): NonNullable<StudySummary["wrongImages"]> {
  const { labelOf, answers, places } = answersIn(summary);
  return places
    .filter((place) => answers.some((labels) => labels[place] !== labelOf(place)))
    .filter((_, index, all) => index % Math.floor(all.length / LISTED) === 0)
    .slice(0, LISTED)
    .map((place, rank) => ({
      place,
      index: place,
      ...(rank % 2 === 0 ? { file: rank === 2 ? `test/\u202e<b>"2".jpg` : `test/image-${place}.jpg` } : {}),
      label: labelOf(place),
      ...(rank < WITH_PICTURE ? { jpegBase64: pictures[rank] } : {}),
    }));
}
