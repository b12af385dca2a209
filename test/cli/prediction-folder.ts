/** @file A folder with a small study, its test images as files and a model without metadata, to predict in. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { sizeOf } from "../../src/core/index.ts";
import { type ImageDataset, readImage } from "../../src/data/index.ts";
import { decodeModel, encodeModel } from "../../src/engine/onnx/index.ts";
import type { StudyInput, StudySummary } from "../../src/study/index.ts";
import { smallDataset } from "../study/small-dataset.ts";
import { CLASSIC_RUNS, run, smallStudy } from "../study/study-folder.ts";
import { type Ended, graft, temporaryFolder } from "./graft.ts";

/** The run of the classic study that most tests predict with. */
export const [, SCRATCH] = CLASSIC_RUNS;

/** Images of each class under `images/`. */
export const IMAGES_PER_CLASS = 10;

const dataset: ImageDataset = smallDataset({ testImagesPerClass: IMAGES_PER_CLASS });

/** A folder, commands in it, and studies on its images. */
export interface PredictionFolder {
  readonly folder: string;
  readonly remove: () => void;
  readonly predict: (...args: string[]) => Promise<Ended>;
  readonly runStudy: (name: string, study: StudyInput) => Promise<StudySummary>;
  /** Writes `classic`, a study, `images`, and `bare.onnx`, a model of that study without metadata. */
  readonly prepare: () => Promise<StudySummary>;
}

/** The path of a run's model from the folder on. */
export function modelOf(id: string, study = "classic"): string {
  return join(study, "runs", id, "model.onnx");
}

/** A folder of its own. */
export function predictionFolder(): PredictionFolder {
  const { folder, remove } = temporaryFolder();
  const runStudy = async (name: string, study: StudyInput): Promise<StudySummary> =>
    (await run(smallStudy(study), { dataset, directory: join(folder, name) })).summary;
  return {
    folder,
    remove,
    predict: (...args) => graft(["predict", ...args], { cwd: folder }),
    runStudy,
    prepare: async () => {
      await writeTestImages(folder);
      const summary = await runStudy("classic", { training: { epochs: 4 } });
      const { graph } = decodeModel(readFileSync(join(folder, modelOf(SCRATCH))), { dims: { N: 1 } });
      writeFileSync(join(folder, "bare.onnx"), encodeModel(graph, { batchAxisName: "N" }));
      return summary;
    },
  };
}

/** Every test image as a PNG, which loses nothing: `images/<class>/<number>.png`. */
async function writeTestImages(folder: string): Promise<void> {
  const { test: part, imageShape, classNames } = dataset;
  const [channels, height, width] = imageShape;
  for (const [index, label] of part.labels.entries()) {
    const planes = new Uint8Array(sizeOf(imageShape));
    readImage(part.pixels, index, planes);
    const area = height * width;
    const pixels = planes.map((_, at) => planes[(at % channels) * area + Math.floor(at / channels)]);
    mkdirSync(join(folder, "images", classNames[label]), { recursive: true });
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, "images", classNames[label], `${String(index).padStart(3, "0")}.png`));
  }
}
