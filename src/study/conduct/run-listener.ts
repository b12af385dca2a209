/** @file Turns what one run reports into events of the study, with the time left. */

import type { StudyContext } from "../context/study-context.ts";
import type { RunRecord } from "../records/records.ts";
import type { RunListener } from "../run/stage.ts";
import { shareOf, sumOf } from "../run/time-left.ts";

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
      const stepMs = (1000 * batchSize) / imagesPerSecond;
      // steps above frozen layers have a speed of their own
      if (work.feature === 0) pace.trained(work.step, stepMs);
      const left = shareOf(work, 1 - (epoch - 1 + batch / batches) / epochs);
      const runTimeLeftMs =
        (left.training / work.step) * stepMs + (pace.timeOf({ training: 0, forward: left.forward }) ?? 0);
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
        runTimeLeftMs,
        studyTimeLeftMs: studyTimeLeft(context, index, runTimeLeftMs),
      });
    },
    onEpoch: (epochRecord, stopped) => {
      pace.passed(work.evaluation, epochRecord.durationMs - epochRecord.trainDurationMs);
      listener({ type: "epoch", run: record, record: epochRecord, epochs, stopped });
    },
  };
}

/** Of the run at a position and of those after it that are not over; null until it can be told. */
export function studyTimeLeft(
  {
    works,
    summary,
    pace,
  }: Pick<StudyContext, "works" | "pace"> & {
    summary: { runs: readonly Pick<RunRecord, "status">[] };
  },
  index: number,
  runTimeLeftMs = pace.timeOf(works[index]),
): number | null {
  const following = pace.timeOf(sumOf(works.filter((_, other) => other > index && !isOver(summary.runs[other]))));
  return runTimeLeftMs === null || following === null ? null : runTimeLeftMs + following;
}

/** True for runs that are not trained any more. */
export function isOver({ status }: Pick<RunRecord, "status">): boolean {
  return status === "done" || status === "failed";
}
