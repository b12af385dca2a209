/** @file The test images that each model got most wrong, with what it said, as an SVG. */

import { percent } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyDesign } from "../../analysis/study-design.ts";
import type { EvaluationRecord } from "../../runs/record-parts.ts";
import { detailLine, detailRuns } from "../../runs/detail-runs.ts";
import { studyLine } from "../kit/figure-words.ts";
import { planesToPng } from "../svg/image-png.ts";
import { svgDocument, svgHeader, svgImage, svgText } from "../svg/svg-frame.ts";
import { wrapText } from "../svg/wrap-text.ts";

/** What is shown and read out. */
export const MISTAKES_TITLE = "The test images that each model got most wrong";
const CELL = 80;
const GAP = 6;
const IMAGE = 64;
const MOST_IMAGES = 8;
const HEADING = 22;
const ROW_HEIGHT = HEADING + IMAGE + 40;

type Mistake = NonNullable<EvaluationRecord["mistakes"]>[number];

/** The grid; null where no model kept its mistakes. */
export async function mistakesGrid(summary: StudySummary, design: StudyDesign): Promise<string | null> {
  const runs = detailRuns(summary, design).filter(({ run }) => run.evaluation?.mistakes?.length);
  const { channels, height, width } = summary.examples;
  if (runs.length === 0 || channels * height * width === 0) return null;
  const total = MOST_IMAGES * (CELL + GAP) - GAP;
  const words =
    "Under each image: its class, what the model answered, and how sure it was. The surest wrong answers first.";
  const header = svgHeader(MISTAKES_TITLE, [studyLine(summary), [words, ...detailLine(design, runs)].join(" ")], total);
  const rows: string[] = [];
  for (const [index, { run, style }] of runs.entries()) {
    const y = header.height + index * ROW_HEIGHT;
    const shown = (run.evaluation?.mistakes ?? []).slice(0, MOST_IMAGES);
    const cells = await Promise.all(
      shown.map((mistake, place) => cellOf(mistake, { x: place * (CELL + GAP), summary })),
    );
    const heading = svgText(style.name, { x: 12, y: 14, size: 13, weight: "bold", color: "#222" });
    const key = `<rect x="0" y="3" width="6" height="13" fill="${style.color}"/>`;
    rows.push(`<g transform="translate(0,${y})">${key}${heading}${cells.join("")}</g>`);
  }
  return svgDocument([header.markup, ...rows].join(""), {
    width: total,
    height: header.height + runs.length * ROW_HEIGHT - 8,
  });
}

async function cellOf(mistake: Mistake, { x, summary }: { x: number; summary: StudySummary }): Promise<string> {
  const { channels, height, width } = summary.examples;
  const planes = Buffer.from(mistake.imageBase64, "base64");
  if (planes.byteLength !== channels * height * width) {
    throw new Error(
      `internal: test image ${mistake.index} has ${planes.byteLength} bytes, not ${channels}x${height}x${width}`,
    );
  }
  const png = await planesToPng(planes, { channels, height, width }, { largest: 2 * IMAGE });
  const scale = IMAGE / Math.max(width, height);
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  const tip = `Test image ${mistake.index}: ${mistake.trueClass}, answered ${mistake.answer} with ${percent(mistake.probability)}`;
  const middle = x + CELL / 2;
  const caption = (text: string, line: number, color: string): string =>
    svgText(fit(text), { x: middle, y: HEADING + IMAGE + 12 * line, size: 10, color, anchor: "middle" });
  return [
    svgImage(png, { x: x + (CELL - w) / 2, y: HEADING + (IMAGE - h) / 2, width: w, height: h, tip }),
    caption(mistake.trueClass, 1, "#222"),
    caption(`“${mistake.answer}”`, 2, "#B03A00"),
    caption(percent(mistake.probability), 3, "#555"),
  ].join("");
}

/** A text cut to the width of a cell. */
function fit(text: string): string {
  const [first = "", ...rest] = wrapText(text, CELL - 6, { fontSize: 10 });
  return rest.length > 0 ? `${first} …` : first;
}
