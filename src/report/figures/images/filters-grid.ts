/** @file The filters of the first layer as small images, before and after fine-tuning, as an SVG. */

import { plural } from "../../../core/index.ts";
import type { StudySummary } from "../../../study/index.ts";
import type { StudyDesign } from "../../analysis/study-design.ts";
import { modelsOf } from "../../runs/models.ts";
import { studyLine } from "../kit/figure-words.ts";
import { rgbToPng } from "../svg/image-png.ts";
import { svgDocument, svgHeader, svgImage, svgText } from "../svg/svg-frame.ts";

/** What is shown and read out. */
export const FILTERS_TITLE = "Filters of the first layer";
const WIDTH = 640;
const TILE = 30;
const GAP = 9;
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
export async function filtersGrid(summary: StudySummary, design: StudyDesign): Promise<string | null> {
  const all = summary.firstFilters.map(readFilters);
  if (all.length === 0) return null;
  const words = "Every filter on its own scale: grey is 0, and the strongest weight has full colour.";
  const header = svgHeader(FILTERS_TITLE, [studyLine(summary), words], WIDTH);
  const perRow = Math.floor((WIDTH + GAP) / (TILE + GAP));
  const blocks: string[] = [];
  let y = header.height;
  for (const filters of all) {
    const shown = Math.min(MOST_FILTERS, filters.count);
    const cells = await Promise.all(
      Array.from({ length: shown }, async (_, index) => {
        const png = await filterPng(filters, index);
        const place = { x: (index % perRow) * (TILE + GAP), y: HEADING + Math.floor(index / perRow) * (TILE + GAP) };
        return svgImage(png, { ...place, width: TILE, height: TILE });
      }),
    );
    const more = shown < filters.count ? `, the first ${shown} of ${plural(filters.count, "filter")}` : "";
    const heading = svgText(`${titleOf(filters.runId, { summary, design })}${more}`, {
      x: 0,
      y: 14,
      size: 13,
      weight: "bold",
      color: "#222",
    });
    blocks.push(`<g transform="translate(0,${y})">${heading}${cells.join("")}</g>`);
    y += HEADING + Math.ceil(shown / perRow) * (TILE + GAP) + 10;
  }
  return svgDocument([header.markup, ...blocks].join(""), { width: WIDTH, height: y - 10 });
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
  const name = design.severalBudgets ? run.strategy : (model?.title ?? run.model);
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
