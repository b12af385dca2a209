/** @file Turns what one run reports into events of the study, with the time left. */

import type { RunRecord } from "./records.ts";
import type { RunListener } from "./run-options.ts";
import type { StudyContext } from "./study-context.ts";
import { type Work, shareOf, sumOf } from "./time-left.ts";

/** The listener of the run at a position of the plan. */
export function runListener(context: StudyContext, index: number): RunListener {
  const { runs, works, summary, listener, pace } = context;
  const { epochs, batchSize } = runs[index].training;
  const record = summary.runs[index];
  const work = works[index];
  let begun = { images: Infinity, at: 0 };
  return {
    onFeatures: (images, totalImages) => {
      const at = performance.now();
      // images are counted anew in every set; the first batch of each includes other work
      if (images <= begun.images) begun = { images, at };
      else pace.passed((images - begun.images) * work.feature, at - begun.at);
      listener({ type: "features", run: record, images, totalImages, studyTimeLeftMs: studyTimeLeft(context, index) });
    },
    onBatch: ({ epoch, batch, batches, train, imagesPerSecond }) => {
      pace.trained(work.step, (1000 * batchSize) / imagesPerSecond);
      const left = shareOf(work, 1 - (epoch - 1 + batch / batches) / epochs);
      listener({
        type: "batch",
        run: record,
        epoch,
        epochs,
        batch,
        batches,
        loss: train.loss,
        accuracy: train.accuracy,
        imagesPerSecond,
        runTimeLeftMs: pace.timeOf(left),
        studyTimeLeftMs: studyTimeLeft(context, index, left),
      });
    },
    onEpoch: (epochRecord, stopped) => {
      pace.passed(work.evaluation, epochRecord.durationMs - epochRecord.trainDurationMs);
      listener({ type: "epoch", run: record, record: epochRecord, epochs, stopped });
    },
  };
}

/** Of the run at a position, of which `left` is to be done, and of those after it that are not over; null until it can be told. */
export function studyTimeLeft(
  { works, summary, pace }: StudyContext,
  index: number,
  left: Work = works[index],
): number | null {
  const following = works.filter((_, other) => other > index && !isOver(summary.runs[other]));
  return pace.timeOf(sumOf([left, ...following]));
}

/** True for runs that are not trained any more. */
export function isOver({ status }: RunRecord): boolean {
  return status === "done" || status === "failed";
}
