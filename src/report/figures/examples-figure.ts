/** @file Example images of every class. */

import type { ExampleImages, StudySummary } from "../../study/index.ts";
import type { Figure } from "./kit/figure.ts";
import { studyLine } from "./kit/figure-words.ts";
import { imageRows } from "./kit/image-rows.ts";
import { inks } from "../look/inks.ts";

/** Side of an image, in pixels; of many classes it is smaller. */
const LARGEST = 64;
const LARGEST_DENSE = 40;
const DENSE_FROM = 13;
const MOST_CLASSES = 40;
const WIDEST_NAME = 180;
const NARROWEST = 480;
const TASK_COLORS = { source: inks.source.light, target: inks.target.light, neither: inks.soft.light };

/** A row a class; null if the study kept no examples. */
export async function examplesFigure(summary: StudySummary): Promise<Figure | null> {
  const { examples } = summary;
  const classes = examples.classes.filter((entry) => entry.imagesBase64.length > 0).slice(0, MOST_CLASSES);
  if (classes.length === 0) return null;
  const rows = classes.map(({ className, task, imagesBase64 }) => ({
    name: className,
    note: task === "neither" ? "not used" : task,
    color: TASK_COLORS[task],
    images: imagesBase64.map((image) => planesOf(examples, image, className)),
  }));
  const largest = classes.length >= DENSE_FROM ? LARGEST_DENSE : LARGEST;
  const { view, width } = await imageRows(rows, { shape: examples, largest, widestName: WIDEST_NAME });
  const total = examples.classes.length;
  const omission = classes.length < total ? [`The first ${classes.length} of ${total} classes.`] : [];
  return {
    name: "examples",
    title: "Example images of every class",
    subtitle: [studyLine(summary), ...omission],
    width: Math.max(width, NARROWEST),
    views: [view],
  };
}

function planesOf({ channels, height, width }: ExampleImages, base64: string, className: string): Uint8Array {
  const planes = Buffer.from(base64, "base64");
  if (planes.byteLength === channels * height * width) return planes;
  throw new Error(
    `internal: an example of class "${className}" has ${planes.byteLength} bytes, not ${channels}x${height}x${width}`,
  );
}
