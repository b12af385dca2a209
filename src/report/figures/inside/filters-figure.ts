/** @file The filters of the first layer as small images, before and after fine-tuning. */

import { plural } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyAnalysis } from "../../analysis/study-analysis.ts";
import type { StudyDesign } from "../../analysis/study-design.ts";
import { modelsOf } from "../../runs/models.ts";
import { FULL_WIDTH, type Figure } from "../kit/figure.ts";
import { studyLine } from "../kit/figure-words.ts";
import { type PlacedWord, pictureView } from "../kit/picture-view.ts";
import { rgbToPng } from "../svg/image-data.ts";
import { inks } from "../../look/inks.ts";

const TILE = 30;
const GAP = 9;
const PER_ROW = Math.floor((FULL_WIDTH + GAP) / (TILE + GAP));
const HEADING = 22;
const MOST_FILTERS = 64;

interface Filters {
  runId: string;
  count: number;
  channels: number;
  height: number;
  width: number;
  values: Float32Array;
}

/** One block a run; null where the study kept no filters. */
export async function filtersFigure(summary: StudySummary, { design }: StudyAnalysis): Promise<Figure | null> {
  let height = 0;
  const blocks = summary.firstFilters.map(readFilters).map((filters) => {
    const y = height;
    const shown = Math.min(MOST_FILTERS, filters.count);
    height += HEADING + Math.ceil(shown / PER_ROW) * (TILE + GAP) + 10;
    return { filters, shown, y };
  });
  if (blocks.length === 0) return null;
  const images = blocks.flatMap(({ filters, shown, y }) =>
    Array.from({ length: shown }, async (_, index) => ({
      x: (index % PER_ROW) * (TILE + GAP),
      y: y + HEADING + Math.floor(index / PER_ROW) * (TILE + GAP),
      url: await filterPng(filters, index),
    })),
  );
  const headings = blocks.map(({ filters: { runId, count }, shown, y }): PlacedWord => {
    const more = shown < count ? `, the first ${shown} of ${plural(count, "filter")}` : "";
    const text = `${titleOf(runId, { summary, design })}${more}`;
    return { x: 0, y: y + 14, text, size: 13, weight: "bold", color: inks.ink.light };
  });
  return {
    name: "first-filters",
    title: "Filters of the first layer",
    subtitle: [
      studyLine(summary),
      "Every filter on its own scale: grey is 0, and the strongest weight has full colour.",
    ],
    views: [
      pictureView({
        images: await Promise.all(images),
        cell: { width: TILE, height: TILE },
        words: headings,
        width: FULL_WIDTH,
        height: height - 10,
      }),
    ],
  };
}

/** @throws Error if a record's bytes do not fit its shape. */
function readFilters({ runId, shape, base64 }: StudySummary["firstFilters"][number]): Filters {
  const [count = 0, channels = 0, height = 0, width = 0] = shape;
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  const expected = 4 * count * channels * height * width;
  if (bytes.byteLength !== expected) {
    throw new Error(
      `internal: filters of ${runId} have ${bytes.byteLength} bytes, not ${expected} for [${shape.join(", ")}]`,
    );
  }
  return { runId, count, channels, height, width, values: new Float32Array(bytes.buffer) };
}

function titleOf(runId: string, { summary, design }: { summary: StudySummary; design: StudyDesign }): string {
  const run = summary.runs.find(({ id }) => id === runId);
  if (!run) return runId;
  const model = modelsOf(summary).find((one) => one.model === run.model);
  const name = (design.severalBudgets ? model?.label : model?.title) ?? run.model;
  const details = [
    ...(design.severalBudgets && run.task === "target" ? [`${run.imagesPerClass} images per class`] : []),
    ...(design.severalSeeds ? [`seed ${run.seed}`] : []),
  ];
  return [name, ...details].join(", ");
}

/** Three channels as red, green and blue; otherwise the mean over channels in grey. */
async function filterPng({ channels, height, width, values }: Filters, index: number): Promise<string> {
  const area = height * width;
  const own = values.subarray(index * channels * area, (index + 1) * channels * area);
  const strongest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const pixels = Buffer.alloc(area * 3);
  for (let i = 0; i < area; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += own[channel * area + i];
    for (let color = 0; color < 3; color++) {
      const value = channels === 3 ? own[color * area + i] : sum / channels;
      pixels[i * 3 + color] = Math.round(127.5 + (127.5 * value) / strongest);
    }
  }
  return rgbToPng(pixels, { width, height, largest: 256 });
}
