/** @file The test images that each model got most wrong, with what it said. */

import { percent } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { detailCaption } from "../../runs/detail-runs.ts";
import { type Mistakes, mistakesOf } from "../../runs/mistakes.ts";
import type { Figure } from "../kit/figure.ts";
import { studyLine } from "../kit/figure-words.ts";
import { type PlacedWord, pictureView } from "../kit/picture-view.ts";
import { jpegData } from "../svg/image-data.ts";
import { cutText } from "../svg/wrap-text.ts";
import { inks } from "../../look/inks.ts";

const CELL = 80;
const GAP = 6;
const IMAGE = 64;
const MOST_IMAGES = 8;
const HEADING = 22;
const ROW_HEIGHT = HEADING + IMAGE + 40;
const CAPTION_SIZE = 10;

/** A wrong answer of a model, with its picture. */
interface Shown {
  name: string;
  truth: string;
  answer: string;
  probability: number;
  picture: Buffer;
}

/** A row of images a model; null where no model kept its mistakes. */
export function mistakesFigure(summary: StudySummary, { design }: StudyAnalysis): Figure | null {
  const mistakes = mistakesOf(summary, design);
  if (mistakes === null) return null;
  const { models } = mistakes;
  const { height, width } = summary.examples;
  const scale = IMAGE / Math.max(width, height);
  const cell = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const shown = models.flatMap((_, row) =>
    surestOf(mistakes, row).map((mistake, column) => ({
      mistake,
      x: column * (CELL + GAP) + CELL / 2,
      y: row * ROW_HEIGHT + HEADING,
    })),
  );
  const images = shown.map(({ mistake: { name, truth, answer, probability, picture }, x, y }) => ({
    x: x - cell.width / 2,
    y: y + (IMAGE - cell.height) / 2,
    url: jpegData(picture),
    tip: `${name}: ${truth}, answered ${answer} with ${percent(probability)}`,
  }));
  const total = MOST_IMAGES * (CELL + GAP) - GAP;
  const words =
    "Under each image: its class, what the model answered, and how sure it was. The surest wrong answers first.";
  return {
    name: "mistakes",
    title: "The test images that each model got most wrong",
    subtitle: [studyLine(summary), detailCaption(words, design, models)],
    width: total,
    views: [
      pictureView({
        images,
        cell,
        words: [
          ...models.map(({ style }, row): PlacedWord => {
            return {
              x: 12,
              y: row * ROW_HEIGHT + 14,
              text: style.name,
              size: 13,
              weight: "bold",
              color: inks.ink.light,
            };
          }),
          ...shown.flatMap(({ mistake, x, y }) => captionOf(mistake, { x, y: y + IMAGE })),
        ],
        patches: models.map(({ style: { color } }, row) => ({
          x: 0,
          y: row * ROW_HEIGHT + 3,
          width: 6,
          height: 13,
          color,
        })),
        width: total,
        height: models.length * ROW_HEIGHT - 8,
      }),
    ],
  };
}

/** The surest wrong answers of one model, of those that have a picture. */
function surestOf({ images, classNames }: Mistakes, model: number): Shown[] {
  return images
    .flatMap(({ name, label, picture, answers }): Shown[] => {
      const { label: answer, probability } = answers[model];
      if (picture === null || answer === label) return [];
      return [{ name, truth: classNames[label], answer: classNames[answer], probability, picture }];
    })
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MOST_IMAGES);
}

function captionOf({ truth, answer, probability }: Shown, { x, y }: { x: number; y: number }): PlacedWord[] {
  const lines = [
    { text: truth, color: inks.ink.light },
    { text: `“${answer}”`, color: inks.target.light },
    { text: percent(probability), color: inks.soft.light },
  ];
  return lines.map(({ text, color }, line) => ({
    x,
    y: y + 12 * (line + 1),
    text: cutText(text, CELL - 6, { fontSize: CAPTION_SIZE }),
    size: CAPTION_SIZE,
    align: "center",
    color,
  }));
}
