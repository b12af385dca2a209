/** @file Trains one run of a study, from the weights it starts with to its proof and its files. */

import { type Tensor, TrainingError } from "../../core/index.ts";
import { type Parameters, networkParameters } from "../../engine/nn/index.ts";
import {
  type Callback,
  type EpochResult,
  type FitResult,
  type TrainedState,
  exportModel,
} from "../../engine/training/index.ts";
import { blankSeal, seal, sha256 } from "../../files/index.ts";
import { proveFreeze, requireFreeze } from "../../transfer/index.ts";
import type { ImagePreparation } from "../material/study-data.ts";
import { type ExportFacts, exportMetadata } from "../export/export-metadata.ts";
import { markOf } from "../records/history-file.ts";
import type { EpochRecord, RunRecord } from "../records/records.ts";
import {
  type RunCheckpoint,
  encodeCheckpoint,
  finalCheckpoint,
  progressCheckpoint,
} from "../records/run-checkpoint.ts";
import type { RunStore } from "../records/run-store.ts";
import { runFlops } from "./flops.ts";
import { judgeRun } from "./judge-run.ts";
import { type MeasureOptions, measureFinished } from "./measure-finished.ts";
import type { RunListener, StateOf } from "./stage.ts";
import { type RunStopping, runStopping } from "./stopping.ts";
import { startOf, trainStages } from "./train-stages.ts";

/** What one run of a study is trained with. */
export interface TrainRunOptions extends MeasureOptions {
  /** Filled in as the run goes on. */
  record: RunRecord;
  /** How photographs got the shape of the images, for those who use the exported model. */
  preparation: ImagePreparation;
  store: RunStore;
  /** Where an earlier process stopped. */
  checkpoint: RunCheckpoint | null;
  /** Shorter epochs share a checkpoint. */
  checkpointEveryMs: number;
  listener: RunListener;
}

/**
 * Trains a run to its end or until the signal; its files and `record` are up to date either way.
 *
 * @throws TrainingError if a loss is no longer finite or the freeze proof fails.
 * @throws DataError if a file cannot be written.
 */
export async function trainRun(options: TrainRunOptions): Promise<FitResult> {
  const { run, record, transferred, checkpoint, store } = options;
  const clock = startStopwatch(record);
  const start = startOf(options, transferred);
  try {
    const stopping = runStopping(run, checkpoint);
    const { result, weights, trained, updated } = await trainStages(options, {
      start,
      ...(checkpoint === null ? {} : { state: checkpoint }),
      callbacksFor: (stateOf, { isLast }) => [
        ...(isLast ? [stopping] : []),
        createRecorder(options, { stopping, clock, stateOf }),
      ],
    }).finally(() => store.writeHistory(run.id, record.epochs));
    if (!result.interrupted) {
      const best = stopping.best();
      if (best !== null) record.keptEpoch = best.bestEpoch;
      clock();
      const kept = best?.bestParameters;
      await finishRun(options, { before: start, trained: trained(kept), after: weights(kept), updated });
    }
    return result;
  } finally {
    clock();
  }
}

/**
 * Writes history and checkpoint after an epoch, and when interrupted. History first: a resume cuts it to the checkpoint.
 * Short epochs in a row are written once.
 */
function createRecorder(
  { run, record, store, listener, signal, checkpointEveryMs }: TrainRunOptions,
  { stopping, clock, stateOf }: { stopping: RunStopping; clock: () => void; stateOf: StateOf },
): Callback {
  let saved = performance.now();
  const save = async (trainer: TrainedState, progress: RunCheckpoint["progress"]): Promise<void> => {
    clock();
    await store.writeHistory(run.id, record.epochs);
    const state = { ...(await stateOf(trainer)), progress, best: stopping.best(), stopped: stopping.reason() };
    const owner = { run: run.id, study: await store.studyId(), history: markOf(record.epochs) };
    await store.writeCheckpoint(run.id, encodeCheckpoint(progressCheckpoint(state, owner)));
    await store.writeRun(record);
    saved = performance.now();
  };
  return {
    onEpochEnd: async (result, { trainer, progress }) => {
      record.epochs.push(epochRecord(result));
      if (performance.now() - saved >= checkpointEveryMs) await save(trainer, progress);
      listener.onEpoch(record.epochs[record.epochs.length - 1], stopping.reason());
    },
    onTrainEnd: async ({ trainer, progress, interrupted }) => {
      // a run whose last epoch is over may still be stopped while it is measured
      if (interrupted || signal?.aborted === true) await save(trainer, progress);
    },
  };
}

/** Adds the time since its last call to the run's duration. */
function startStopwatch(record: RunRecord): () => void {
  let last = performance.now();
  return () => {
    const now = performance.now();
    record.durationMs += now - last;
    last = now;
  };
}

function epochRecord({ epoch, train, evaluations, ...rest }: EpochResult): EpochRecord {
  const { test, validation } = evaluations;
  return {
    epoch,
    trainLoss: train.loss,
    trainAccuracy: train.accuracy,
    ...(validation === undefined ? {} : { validationLoss: validation.loss, validationAccuracy: validation.accuracy }),
    testLoss: test.loss,
    testAccuracy: test.accuracy,
    ...rest,
  };
}

/** A run whose last stage is over. */
interface Finished {
  readonly before: Parameters;
  /** What its steps have changed, adapters beside the weights. */
  readonly trained: Parameters;
  /** The weights that it leaves. */
  readonly after: Parameters;
  readonly updated: readonly string[];
}

/**
 * The proof, the measurements, the exported model, their checksums, and last the final checkpoint: where it is, the
 * others are too.
 */
async function finishRun(options: TrainRunOptions, { before, trained, after, updated }: Finished): Promise<void> {
  const { run, record, whole, task, store, imageShape, normalization } = options;
  requireFinite(after);
  const proof = proveFreeze(whole.trained, whole.plan, {
    before,
    after: trained,
    ...(whole.trained === whole.network ? {} : { merged: after }),
    updated,
    sha256,
    adapts: (layer) => whole.stages.some((stage) => stage.adapts(layer)),
    keepsStatistics: run.training.statistics === "keep" || whole.stages.every((stage) => stage.keepsStatistics),
  });
  record.freezeProof = proof;
  requireFreeze(proof);
  record.flops = runFlops(run, { whole, task, epochs: record.epochs.length });
  options.listener.onStage("scoring");
  const measured = await measureFinished(options, { before, after });
  const outcome = judgeRun({ ...measured, run, stages: whole.stages, epochs: record.epochs, train: task.train });
  Object.assign(record, measured, { outcome });
  const ordered = Object.fromEntries(
    networkParameters(whole.network).map(({ name }): [string, Tensor] => [name, after[name]]),
  );
  const facts: ExportFacts = {
    run: run.id,
    network: whole.network.name,
    classNames: task.train.classNames,
    imageShape,
    ...options.preparation,
  };
  const exported = { network: whole.network, parameters: after, input: { kind: "images", normalization } } as const;
  // the seal comes last in the file: what is zeroed up to it takes the names of the classes along
  const model = seal(exportModel(exported, { ...exportMetadata(facts), seal: blankSeal }));
  const weights = encodeCheckpoint(finalCheckpoint(ordered, exportMetadata({ ...facts, normalization })));
  record.files = { checkpoint: sha256(weights), model: sha256(model) };
  await store.writeModel(run.id, model);
  await store.writeRun(record);
  await store.writeCheckpoint(run.id, weights);
}

/** @throws TrainingError naming the first parameter that diverged after the last loss was measured. */
function requireFinite(parameters: Parameters): void {
  const diverged = Object.keys(parameters).find((name) => !parameters[name].data.every(Number.isFinite));
  if (diverged !== undefined) {
    throw new TrainingError(
      `training: expected finite weights at the end, got others in ${diverged}. Lower the learning rate or warm it up.`,
    );
  }
}
