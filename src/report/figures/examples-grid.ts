/** @file A grid of example images with the names of their classes, as an SVG. */

import type { ExampleImages, StudySummary } from "../../study/index.ts";
import { FONT_FAMILY, textWidth } from "../font/typeface.ts";
import { escapeMarkup } from "../markup.ts";
import { wrapText } from "./wrap-text.ts";

/** Side of an image in the grid, in pixels: small images are enlarged by a whole factor up to this. */
const LARGEST_CELL = 64;
const LARGEST_DENSE_CELL = 40;
/** From this many classes on the images are drawn smaller. */
const DENSE_FROM = 13;
const MOST_CLASSES = 40;
const IMAGE_GAP = 4;
const ROW_GAP = 6;
const MARGIN = 14;
const LABEL_SIZE = 13;
const WIDEST_LABEL = 180;
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
  const width = Math.max(labelWidth + longest * (cell.width + IMAGE_GAP), 480);
  const header = headerLines(summary, classes.length, width);
  const rows: string[] = [];
  for (const [index, entry] of classes.entries()) {
    const y = header.height + index * (cell.height + ROW_GAP);
    rows.push(await classRow(examples, entry, { y, cell, labelWidth }));
  }
  const height = header.height + classes.length * (cell.height + ROW_GAP) - ROW_GAP;
  const [outerWidth, outerHeight] = [width + 2 * MARGIN, height + 2 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="${outerWidth}" height="${outerHeight}" viewBox="0 0 ${outerWidth} ${outerHeight}">`,
    `<rect width="${outerWidth}" height="${outerHeight}" fill="white"/>`,
    `<g transform="translate(${MARGIN},${MARGIN})">${header.markup}${rows.join("")}</g>`,
    `</svg>`,
  ].join("");
}

/** Size of one image in the grid; the proportions of the images are kept. */
function cellSize(examples: ExampleImages, classes: number): { width: number; height: number } {
  const largest = classes >= DENSE_FROM ? LARGEST_DENSE_CELL : LARGEST_CELL;
  const fit = largest / Math.max(examples.width, examples.height);
  const factor = fit >= 1 ? Math.floor(fit) : fit;
  return { width: Math.round(examples.width * factor), height: Math.round(examples.height * factor) };
}

function headerLines(summary: StudySummary, shown: number, width: number): { markup: string; height: number } {
  const total = summary.examples.classes.length;
  const subtitle = `Study ${summary.name} · data set ${summary.dataset.title}`;
  const omission = shown < total ? [`The first ${shown} of ${total} classes.`] : [];
  const titles = wrapText("Example images of every class", width, { fontSize: 16, weight: "bold" });
  const lines = [subtitle, ...omission].flatMap((line) => wrapText(line, width, { fontSize: 12 }));
  let y = 0;
  const draw = (line: string, options: { size: number; weight?: "bold"; color: string }): string => {
    y += options.size + 5;
    return label(line, { x: 0, y: y - 5, ...options });
  };
  const markup = [
    ...titles.map((line) => draw(line, { size: 16, weight: "bold", color: "#111" })),
    ...lines.map((line) => draw(line, { size: 12, color: "#555" })),
  ].join("");
  return { markup, height: y + 10 };
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
  const pictures = images.map(
    (png, index) =>
      `<image x="${labelWidth + index * (cell.width + IMAGE_GAP)}" y="0" width="${cell.width}" height="${cell.height}" ` +
      `style="image-rendering:pixelated" href="data:image/png;base64,${png}"/>`,
  );
  return [
    `<g transform="translate(0,${y})">`,
    `<rect x="0" y="0" width="4" height="${cell.height}" fill="${color}"/>`,
    label(shortName(entry.className), { x: 12, y: middle - 2, size: LABEL_SIZE, weight: "bold", color: "#222" }),
    label(task, { x: 12, y: middle + 13, size: 11, color }),
    ...pictures,
    `</g>`,
  ].join("");
}

/** A class name cut to the widest that the label column takes. */
function shortName(className: string): string {
  const [first = "", ...rest] = wrapText(className, WIDEST_LABEL, { fontSize: LABEL_SIZE, weight: "bold" });
  return rest.length > 0 ? `${first} …` : first;
}

function label(
  text: string,
  { x, y, size, weight, color }: { x: number; y: number; size: number; weight?: "bold"; color: string },
): string {
  const bold = weight ? ` font-weight="bold"` : "";
  return `<text transform="translate(${x},${y})" font-family="${FONT_FAMILY}" font-size="${size}px"${bold} fill="${color}">${escapeMarkup(text)}</text>`;
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
  const { default: sharp } = await import("sharp");
  const area = height * width;
  const pixels = Buffer.alloc(area * 3);
  for (let i = 0; i < area; i++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[i * 3 + channel] = planes[Math.min(channel, channels - 1) * area + i] ?? 0;
    }
  }
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize({ width: 2 * LARGEST_CELL, height: 2 * LARGEST_CELL, fit: "inside", withoutEnlargement: true })
    .png()
    .toBuffer();
  return png.toString("base64");
}
