/** @file Turns what one run reports into events of the study, with the time left. */

import type { StudyContext } from "../context/study-context.ts";
import type { RunRecord } from "../records/records.ts";
import { isOver } from "../records/run-store.ts";
import type { RunListener } from "../run/stage.ts";
import { shareOf, sumOf } from "../run/time-left.ts";

/** The listener of the run at a position of the plan. */
export function runListener(context: StudyContext, index: number, record: RunRecord): RunListener {
  const { runs, works, listener, pace } = context;
  const { epochs, batchSize } = runs[index].training;
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
  { runs, works, found, pace }: TimedStudy,
  index: number,
  runTimeLeftMs = pace.timeOf(works[index]),
): number | null {
  const later = works.filter((_, other) => other > index && !isOver(found.records.get(runs[other].id)));
  const following = pace.timeOf(sumOf(later));
  return runTimeLeftMs === null || following === null ? null : runTimeLeftMs + following;
}

interface TimedStudy extends Pick<StudyContext, "works" | "pace"> {
  runs: readonly { id: string }[];
  found: { records: ReadonlyMap<string, Pick<RunRecord, "status">> };
}
