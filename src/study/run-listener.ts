/** @file Turns what one run reports into events of the study, with the time left. */

import { type StudyContext, networkOf } from "./study-context.ts";
import type { PlannedRun } from "./plan.ts";
import type { RunRecord } from "./records.ts";
import { imagesOfEpoch } from "./run-flops.ts";
import { usesFeatures } from "./run-network.ts";
import { taskOf } from "./tasks.ts";
import { type RunWork, timeLeft } from "./time-left.ts";
import type { RunListener } from "./run-options.ts";

/** The listener of the run at a position of the plan. */
export function runListener(context: StudyContext, index: number): RunListener {
  const { runs, summary, listener } = context;
  const run = runs[index];
  const record = summary.runs[index];
  const works = runs.map((each) => runWork(context, each));
  return {
    onFeatures: (images, totalImages) => listener({ type: "features", run: record, images, totalImages }),
    onBatch: ({ epoch, batch, batches, train, imagesPerSecond }) => {
      const { epochs } = run.training;
      const done = (epoch - 1 + batch / batches) / epochs;
      const following = works.filter((_, other) => other > index && !isOver(summary.runs[other]));
      const left = timeLeft(works[index], { done, following, imagesPerSecond });
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
        runTimeLeftMs: left?.runTimeLeftMs ?? null,
        studyTimeLeftMs: left?.studyTimeLeftMs ?? null,
      });
    },
    onEpoch: (epochRecord, stopped) => {
      listener({ type: "epoch", run: record, record: epochRecord, epochs: run.training.epochs, stopped });
    },
  };
}

function isOver({ status }: RunRecord): boolean {
  return status === "done" || status === "failed";
}

function runWork({ tasksOf, networks }: StudyContext, run: PlannedRun): RunWork {
  const task = taskOf(tasksOf(run.seed), run);
  const { stages } = networkOf(networks, run);
  return {
    id: run.id,
    epochs: run.training.epochs,
    trainImages: imagesOfEpoch(run, task),
    heldOutImages: task.test.indices.length + (task.validation?.indices.length ?? 0),
    cached: stages.every((stage) => usesFeatures(run, stage)),
  };
}
