/** @file Predictions as lines of text: for people, as JSON, as CSV. */

import { csvCell, percent, printable } from "../../../core/index.ts";
import type { LooseImage } from "../../../data/node/index.ts";
import type { Prediction, Unreadable } from "./predict-images.ts";

const TITLES = { file: "file", className: "class", probability: "probability" };

/** Of a table of predictions. */
export const PREDICTION_COLUMNS = [TITLES.file, TITLES.className, TITLES.probability, "rank"];

/** Writes predictions in aligned columns, one answer a line; widths are known before the first. */
export interface PlainLines {
  readonly header: string;
  of(prediction: Prediction): string[];
}

/** Columns wide enough for these images and classes. */
export function plainLines(images: readonly LooseImage[], classNames: readonly string[]): PlainLines {
  const widthOf = (texts: readonly string[]): number =>
    texts.reduce((width, text) => Math.max(width, printable(text).length), 0);
  const fileWidth = Math.max(TITLES.file.length, widthOf(images.map(({ path }) => path)));
  const classWidth = Math.max(TITLES.className.length, widthOf(classNames));
  const line = (file: string, className: string, probability: string): string =>
    [
      printable(file).padEnd(fileWidth),
      printable(className).padEnd(classWidth),
      probability.padStart(TITLES.probability.length),
    ].join("  ");
  return {
    header: line(TITLES.file, TITLES.className, TITLES.probability),
    of: ({ file, answers }) =>
      answers.map(({ className, probability }, rank) => line(rank === 0 ? file : "", className, percent(probability))),
  };
}

/** One object: the likeliest class, and all that were asked for. */
export function jsonLine(result: Prediction | Unreadable): string {
  if ("problem" in result) return JSON.stringify({ type: "unreadable", file: result.file, reason: result.problem });
  const answers = result.answers.map(({ className, probability }) => ({ class: className, probability }));
  return JSON.stringify({ type: "prediction", file: result.file, ...answers[0], answers });
}

/** A header line, then one row an answer; ranks count from 1. Quoting and line ends follow RFC 4180. */
export function predictionsCsv(predictions: readonly Prediction[]): string {
  const rows = predictions.flatMap(({ file, answers }) =>
    answers.map(({ className, probability }, index) => [file, className, probability, index + 1]),
  );
  return [PREDICTION_COLUMNS, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}
