/** @file The test images that each model got most wrong, with what it said. */

import { percent } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import { detailCaption, evaluatedRuns } from "../../runs/detail-runs.ts";
import { type Mistake, mistakeName, planesOf } from "../../runs/mistakes.ts";
import type { Figure } from "../kit/figure.ts";
import { studyLine } from "../kit/figure-words.ts";
import { type PlacedWord, pictureView } from "../kit/picture-view.ts";
import { planesToPng } from "../svg/image-png.ts";
import { cutText } from "../svg/wrap-text.ts";
import { inks } from "../../look/inks.ts";

const CELL = 80;
const GAP = 6;
const IMAGE = 64;
const MOST_IMAGES = 8;
const HEADING = 22;
const ROW_HEIGHT = HEADING + IMAGE + 40;
const CAPTION_SIZE = 10;

/** A row of images a model; null where no model kept its mistakes. */
export async function mistakesFigure(summary: StudySummary, { design }: StudyAnalysis): Promise<Figure | null> {
  const runs = evaluatedRuns(summary, design).filter(({ evaluation }) => evaluation.mistakes?.length);
  const { channels, height, width } = summary.examples;
  if (runs.length === 0 || channels * height * width === 0) return null;
  const scale = IMAGE / Math.max(width, height);
  const cell = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const shown = runs.flatMap(({ evaluation }, row) =>
    (evaluation.mistakes ?? [])
      .slice(0, MOST_IMAGES)
      .map((mistake, column) => ({ mistake, x: column * (CELL + GAP) + CELL / 2, y: row * ROW_HEIGHT + HEADING })),
  );
  const images = shown.map(async ({ mistake, x, y }) => ({
    x: x - cell.width / 2,
    y: y + (IMAGE - cell.height) / 2,
    png: await planesToPng(planesOf(mistake, summary), summary.examples, { largest: 2 * IMAGE }),
    tip: `${mistakeName(mistake)}: ${mistake.trueClass}, answered ${mistake.answer} with ${percent(mistake.probability)}`,
  }));
  const total = MOST_IMAGES * (CELL + GAP) - GAP;
  const words =
    "Under each image: its class, what the model answered, and how sure it was. The surest wrong answers first.";
  return {
    name: "mistakes",
    title: "The test images that each model got most wrong",
    subtitle: [studyLine(summary), detailCaption(words, design, runs)],
    width: total,
    views: [
      pictureView({
        images: await Promise.all(images),
        cell,
        words: [
          ...runs.map(({ style }, row): PlacedWord => {
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
        patches: runs.map(({ style: { color } }, row) => ({
          x: 0,
          y: row * ROW_HEIGHT + 3,
          width: 6,
          height: 13,
          color,
        })),
        width: total,
        height: runs.length * ROW_HEIGHT - 8,
      }),
    ],
  };
}

function captionOf({ trueClass, answer, probability }: Mistake, { x, y }: { x: number; y: number }): PlacedWord[] {
  const lines = [
    { text: trueClass, color: inks.ink.light },
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
