/** @file A grid of example images with the names of their classes, as an SVG. */

import type { ExampleImages, StudySummary } from "../../../study/index.ts";
import { textWidth } from "../../font/typeface.ts";
import { studyLine } from "../kit/figure-words.ts";
import { planesToPng } from "../svg/image-png.ts";
import { svgDocument, svgHeader, svgImage, svgText } from "../svg/svg-frame.ts";
import { wrapText } from "../svg/wrap-text.ts";

/** What is shown and read out. */
export const EXAMPLES_TITLE = "Example images of every class";
/** Side of an image in the grid, in pixels: small images are enlarged by a whole factor up to this. */
const LARGEST_CELL = 64;
const LARGEST_DENSE_CELL = 40;
/** From this many classes on the images are drawn smaller. */
const DENSE_FROM = 13;
const MOST_CLASSES = 40;
const IMAGE_GAP = 4;
const ROW_GAP = 6;
const LABEL_SIZE = 13;
const WIDEST_LABEL = 180;
const NARROWEST = 480;
const TASK_COLORS = { source: "#0072B2", target: "#D55E00", neither: "#777777" };

type ExampleClass = ExampleImages["classes"][number];

/** The grid, or null if the study kept no examples. */
export async function examplesGrid(summary: StudySummary): Promise<string | null> {
  const { examples } = summary;
  const classes = examples.classes.filter((entry) => entry.imagesBase64.length > 0).slice(0, MOST_CLASSES);
  if (classes.length === 0) return null;
  const cell = cellSize(examples, classes.length);
  const labelWidth = Math.ceil(
    Math.max(...classes.map(({ className }) => textWidth(shortName(className), LABEL_SIZE, "bold")), 60) + 18,
  );
  const longest = Math.max(...classes.map((entry) => entry.imagesBase64.length));
  const width = Math.max(labelWidth + longest * (cell.width + IMAGE_GAP), NARROWEST);
  const total = examples.classes.length;
  const omission = classes.length < total ? [`The first ${classes.length} of ${total} classes.`] : [];
  const header = svgHeader(EXAMPLES_TITLE, [studyLine(summary), ...omission], width);
  const rows: string[] = [];
  for (const [index, entry] of classes.entries()) {
    const y = header.height + index * (cell.height + ROW_GAP);
    rows.push(await classRow(examples, entry, { y, cell, labelWidth }));
  }
  const height = header.height + classes.length * (cell.height + ROW_GAP) - ROW_GAP;
  return svgDocument(`${header.markup}${rows.join("")}`, { width, height });
}

/** Size of one image in the grid; the proportions of the images are kept. */
function cellSize(examples: ExampleImages, classes: number): { width: number; height: number } {
  const largest = classes >= DENSE_FROM ? LARGEST_DENSE_CELL : LARGEST_CELL;
  const fit = largest / Math.max(examples.width, examples.height);
  const factor = fit >= 1 ? Math.floor(fit) : fit;
  return { width: Math.round(examples.width * factor), height: Math.round(examples.height * factor) };
}

async function classRow(
  examples: ExampleImages,
  entry: ExampleClass,
  { y, cell, labelWidth }: { y: number; cell: { width: number; height: number }; labelWidth: number },
): Promise<string> {
  const middle = cell.height / 2;
  const color = TASK_COLORS[entry.task];
  const task = entry.task === "neither" ? "not used" : entry.task;
  const images = await Promise.all(entry.imagesBase64.map((image) => imageToPng(examples, image, entry.className)));
  const pictures = images.map((png, index) =>
    svgImage(png, { x: labelWidth + index * (cell.width + IMAGE_GAP), y: 0, ...cell }),
  );
  return [
    `<g transform="translate(0,${y})">`,
    `<rect x="0" y="0" width="4" height="${cell.height}" fill="${color}"/>`,
    svgText(shortName(entry.className), { x: 12, y: middle - 2, size: LABEL_SIZE, weight: "bold", color: "#222" }),
    svgText(task, { x: 12, y: middle + 13, size: 11, color }),
    ...pictures,
    `</g>`,
  ].join("");
}

/** A class name cut to the widest that the label column takes. */
function shortName(className: string): string {
  const [first = "", ...rest] = wrapText(className, WIDEST_LABEL, { fontSize: LABEL_SIZE, weight: "bold" });
  return rest.length > 0 ? `${first} …` : first;
}

/** One image as a PNG in base64; larger ones are brought down to twice their size in the grid. */
async function imageToPng(examples: ExampleImages, base64: string, className: string): Promise<string> {
  const { channels, height, width } = examples;
  const planes = Buffer.from(base64, "base64");
  if (planes.byteLength !== channels * height * width) {
    throw new Error(
      `internal: an example of class "${className}" has ${planes.byteLength} bytes, not ${channels}x${height}x${width}`,
    );
  }
  return planesToPng(planes, examples, { largest: 2 * LARGEST_CELL });
}
