/** @file Turns what one run reports into events of the study. */

import type { StudyContext } from "../context/study-context.ts";
import type { RunRecord } from "../records/records.ts";
import type { RunListener } from "../run/stage.ts";

/** The listener of the run at a position of the plan; the times left are filled in for all events alike. */
export function runListener({ runs, listener }: StudyContext, index: number, record: RunRecord): RunListener {
  const { epochs } = runs[index].training;
  const untimed = { run: record, studyTimeLeftMs: null };
  return {
    onStage: (stage) => listener({ type: "stage", stage, ...untimed }),
    onFeatures: (images, totalImages) => listener({ type: "features", images, totalImages, ...untimed }),
    onProgress: (stage, images, totalImages) =>
      listener({ type: "stage-progress", stage, images, totalImages, ...untimed }),
    onParts: (batchSize, atATime) => listener({ type: "parts", run: record, batchSize, atATime }),
    onBatch: ({ epoch, batch, batches, train: { loss, accuracy }, imagesPerSecond }) => {
      const place = { epoch, epochs, batch, batches };
      listener({ type: "batch", ...place, loss, accuracy, imagesPerSecond, runTimeLeftMs: null, ...untimed });
    },
    onEpoch: (epochRecord, stopped) => listener({ type: "epoch", run: record, record: epochRecord, epochs, stopped }),
  };
}
