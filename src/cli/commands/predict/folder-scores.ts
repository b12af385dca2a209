/** @file How right a model is about images that lie in folders named like its classes. */

import { dirname } from "node:path";
import { percent, plural, printable } from "../../../core/index.ts";
import type { LooseImage } from "../../../data/node/index.ts";
import { type ClassScores, type ConfusionMatrix, confusionMatrix, confusionScores } from "../../../statistics/index.ts";
import { alignColumns } from "../../terminal/align-columns.ts";
import type { Prediction } from "./predict-images.ts";

/** A confusion matrix of more classes is too wide to read; its largest cells are named instead. */
const MOST_COLUMNS = 12;
const MOST_CONFUSIONS = 10;

/** What folders say of the images in them. */
export interface FolderScores {
  readonly images: number;
  /** Images in no folder of a class's name. */
  readonly unlabelled: number;
  readonly accuracy: number;
  /** Mean over the classes that have images or predictions, as scikit-learn's; null where one class alone has images. */
  readonly macroF1: number | null;
  readonly classNames: readonly string[];
  readonly perClass: readonly ClassScores[];
  readonly confusion: ConfusionMatrix;
}

/** The class that an image's folder, or the nearest folder above it that the user named, is named like. */
export function classOfFolder({ path }: Pick<LooseImage, "path">, classNames: readonly string[]): string | undefined {
  const ids = new Map(classNames.map((name) => [plain(name), name]));
  const folders = dirname(path).split(/[\\/]/).toReversed();
  return folders.map((folder) => ids.get(plain(folder))).find((name) => name !== undefined);
}

/** As a file system may have written it. */
function plain(name: string): string {
  return printable(name.normalize("NFC"));
}

/** Undefined where no image lies in a folder of a class's name. */
export function scoreFolders(
  predictions: readonly Prediction[],
  classNames: readonly string[],
): FolderScores | undefined {
  const judged = predictions.flatMap((prediction) => {
    const actual = classOfFolder({ path: prediction.file }, classNames);
    return actual === undefined ? [] : [{ actual, predicted: prediction.answers[0].className }];
  });
  if (judged.length === 0) return undefined;
  const idOf = (name: string): number => classNames.indexOf(name);
  const confusion = confusionMatrix(
    Int32Array.from(judged, ({ actual }) => idOf(actual)),
    Int32Array.from(judged, ({ predicted }) => idOf(predicted)),
    classNames.length,
  );
  const { accuracy, perClass } = confusionScores(confusion);
  const met = perClass.filter(({ undefinedScores }) => !undefinedScores.includes("f1"));
  const hasSeveral = perClass.filter(({ support }) => support > 0).length > 1;
  return {
    images: judged.length,
    unlabelled: predictions.length - judged.length,
    accuracy,
    macroF1: hasSeveral ? met.reduce((sum, { f1 }) => sum + f1, 0) / met.length : null,
    classNames,
    perClass,
    confusion,
  };
}

/** For people: accuracy and F1, and which class was taken for which. */
export function scoreLines(scores: FolderScores): string[] {
  const { images, unlabelled, accuracy, macroF1 } = scores;
  const right = Math.round(accuracy * images);
  return [
    `${right} of ${plural(images, "image")} ${right === 1 ? "is" : "are"} of the class that their folder is named after: accuracy ${percent(accuracy)}` +
      `${macroF1 === null ? "" : `, macro F1 ${macroF1.toFixed(3)}`}.`,
    ...(unlabelled === 0 ? [] : [`${plural(unlabelled, "image")} in no folder of a class's name not counted.`]),
    ...alignColumns(rowsOf(scores)),
    ...(scores.classNames.length > MOST_COLUMNS ? confusionLines(scores) : []),
  ];
}

function rowsOf({ classNames, perClass, confusion }: FolderScores): string[][] {
  const shown = [...classNames.keys()].filter((id) => !perClass[id].undefinedScores.includes("f1"));
  const columns = classNames.length > MOST_COLUMNS ? [] : shown;
  const header = ["folder", "images", "recall", "precision", "F1"];
  return [
    [...header, ...columns.map((id) => `as ${printable(classNames[id])}`)],
    ...shown.map((id) => {
      const { support, recall, precision, f1, undefinedScores } = perClass[id];
      const shareOf = (score: "recall" | "precision", value: number): string =>
        undefinedScores.includes(score) ? "–" : percent(value);
      return [
        printable(classNames[id]),
        String(support),
        shareOf("recall", recall),
        shareOf("precision", precision),
        f1.toFixed(3),
        ...columns.map((other) => String(confusion.counts[id * classNames.length + other])),
      ];
    }),
  ];
}

/** `cat taken for dog 12 times`, the most frequent first. */
function confusionLines({ classNames, confusion }: FolderScores): string[] {
  const { counts, numClasses } = confusion;
  return [...counts.keys()]
    .filter((cell) => counts[cell] > 0 && cell % numClasses !== Math.floor(cell / numClasses))
    .sort((a, b) => counts[b] - counts[a] || a - b)
    .slice(0, MOST_CONFUSIONS)
    .map((cell) => {
      const [actual, predicted] = [classNames[Math.floor(cell / numClasses)], classNames[cell % numClasses]];
      return `${printable(actual)} taken for ${printable(predicted)} ${plural(counts[cell], "time")}`;
    });
}

/** One object, the confusion row by row: rows are the folders', columns the predicted classes. */
export function scoresJson({ classNames, perClass, confusion, ...scores }: FolderScores): string {
  const { counts, numClasses } = confusion;
  const rows = classNames.map((_, row) => Array.from(counts.subarray(row * numClasses, (row + 1) * numClasses)));
  const classes = classNames.map((name, id) => {
    const { support: images, recall, precision, f1 } = perClass[id];
    return { class: name, images, recall, precision, f1 };
  });
  return JSON.stringify({ type: "scores", ...scores, classes, confusion: rows });
}
