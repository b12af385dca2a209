/** @file The test images that models got wrong, with what each model said of them. */

import { printable } from "../../core/index.ts";
import { unpackAnswers, unpackPredictions } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import type { StudyDesign } from "../analysis/study-design.ts";
import { type EvaluatedRun, evaluatedRuns } from "./detail-runs.ts";

/** What one model said of one image. */
export interface Answer {
  /** As the task numbers its classes. */
  label: number;
  /** In [0, 1]. */
  probability: number;
  /** Where the model looked, [height, width] bytes of its own grid in base64; undefined where no map was kept. */
  heat: string | undefined;
}

/** A test image of the target that some model got wrong, or that all got right and of which a map was kept. */
export interface ShownImage {
  /** Where it lies in the data set, or which of the test images it is. */
  name: string;
  /** Its class. */
  label: number;
  /** JPEG; null where others came first. */
  picture: Buffer | null;
  /** In the order of the models. */
  answers: Answer[];
}

/** The wrong answers of a study's models. */
export interface Mistakes {
  models: EvaluatedRun[];
  /** Right ones, then those that the most accurate model got wrong, then others. */
  images: ShownImage[];
  /** How many images some model got wrong, those that are not listed too. */
  total: number;
  /** By label. */
  classNames: string[];
}

/** Null where no model's answers were kept, or none is wrong. */
export function mistakesOf(summary: StudySummary, design: StudyDesign): Mistakes | null {
  const { wrongImages = [], rightImages = [], target } = summary;
  const models = evaluatedRuns(summary, design).filter(
    ({ run, evaluation }) => run.task === "target" && evaluation.predicted !== undefined,
  );
  if (models.length === 0 || wrongImages.length === 0) return null;
  const predictions = models.map(({ evaluation }) => unpackPredictions(evaluation.predicted ?? "", target.testImages));
  const heats = models.map(
    ({ evaluation: { heatMaps } }) => new Map(heatMaps?.images.map(({ index, base64 }) => [index, base64])),
  );
  const outputs = Math.max(...models.map(({ evaluation }) => evaluation.confusion.length));
  return {
    models,
    images: [...rightImages, ...wrongImages].map(({ place, index, file, label, jpegBase64 }) => ({
      name: printable(file ?? `Test image ${index}`),
      label,
      picture: jpegBase64 === undefined ? null : Buffer.from(jpegBase64, "base64"),
      answers: predictions.map(({ labels, probabilities }, model) => ({
        label: labels[place],
        probability: probabilities[place],
        heat: heats[model].get(index),
      })),
    })),
    total: Math.max(wrongImages.length, countWrong(models, target.testImages)),
    // a head with more outputs than the task has classes keeps its own numbers for the others
    classNames: Array.from({ length: outputs }, (_, label) => printable(target.classNames[label] ?? String(label))),
  };
}

function countWrong(models: readonly EvaluatedRun[], images: number): number {
  const right = models.flatMap(({ evaluation: { correct } }) =>
    correct === undefined ? [] : [unpackAnswers(correct, images)],
  );
  return Array.from({ length: images }, (_, image) => image).filter((image) => right.some((bits) => bits[image] === 0))
    .length;
}
