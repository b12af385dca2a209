/** @file What `checkpoint.safetensors` holds: a run under way, or a finished one's weights. */

import { DataError, type Tensor } from "../../core/index.ts";
import type { Parameters } from "../../engine/nn/index.ts";
import {
  type EarlyStoppingState,
  type Progress,
  type SafetensorsContent,
  encodeSafetensors,
} from "../../engine/training/index.ts";
import { blankSeal, seal } from "../../files/index.ts";
import type { HistoryMark } from "./history-file.ts";
import type { StudyId } from "./state-file.ts";

/** A run under way: everything that its next step depends on. */
export interface RunCheckpoint {
  readonly parameters: Parameters;
  readonly slots: Parameters;
  /** Names of the parameters that were updated so far, for the freeze proof. */
  readonly updated: readonly string[];
  readonly progress: Progress;
  /** The best epoch, where early stopping watches. */
  readonly best: EarlyStoppingState | null;
  /** Why no epoch is to follow, where early stopping said so. */
  readonly stopped: string | null;
}

/** Whose checkpoint it is, and the epochs before it. */
export interface CheckpointOwner {
  readonly run: string;
  readonly study: StudyId;
  readonly history: HistoryMark;
}

const BEST = "best/";
const SLOT = "slot/";

/** The checkpoint of a run under way. Weights carry their plain names, optimizer state the prefix `slot/`. */
export function progressCheckpoint(
  { parameters, slots, updated, progress, best, stopped }: RunCheckpoint,
  { run, study, history }: CheckpointOwner,
): SafetensorsContent {
  const bestTensors = Object.entries(best?.bestParameters ?? {}).map(([name, tensor]): [string, Tensor] => [
    `${BEST}${name}`,
    tensor,
  ]);
  return {
    tensors: { ...parameters, ...slots, ...Object.fromEntries(bestTensors) },
    metadata: {
      status: "running",
      run,
      ...(typeof study === "string" ? { study } : {}),
      history: history.sha256,
      progress: JSON.stringify(progress),
      updated: JSON.stringify(updated),
      ...(best === null ? {} : { best: JSON.stringify({ bestEpoch: best.bestEpoch, bestLoss: best.bestLoss }) }),
      ...(stopped === null ? {} : { stopped }),
    },
  };
}

/** The checkpoint of a finished run: its weights alone. */
export function finalCheckpoint(
  parameters: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>>,
): SafetensorsContent {
  return { tensors: { ...parameters }, metadata: { ...metadata, status: "done" } };
}

/** The file of a checkpoint, which tells whether it is whole. */
export function encodeCheckpoint({ tensors, metadata }: SafetensorsContent): Uint8Array {
  return seal(encodeSafetensors({ tensors, metadata: { ...metadata, seal: blankSeal } }));
}

/** @throws DataError if the file is the checkpoint of no run under way. */
export function parseProgress({ tensors, metadata }: SafetensorsContent, where: string): RunCheckpoint {
  if (metadata.status !== "running" || metadata.progress === undefined || metadata.updated === undefined) {
    throw new DataError(
      `${where}: expected the checkpoint of a run under way, got status "${metadata.status ?? "none"}". Delete the run's folder to train it again.`,
    );
  }
  const withPrefix = (prefix: string): [string, Tensor][] =>
    Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  const plain = Object.entries(tensors).filter(([name]) => !name.startsWith(SLOT) && !name.startsWith(BEST));
  const bestParameters = Object.fromEntries(
    withPrefix(BEST).map(([name, tensor]) => [name.slice(BEST.length), tensor]),
  );
  return {
    parameters: Object.fromEntries(plain) as Parameters,
    slots: Object.fromEntries(withPrefix(SLOT)) as Parameters,
    updated: JSON.parse(metadata.updated) as string[],
    progress: JSON.parse(metadata.progress) as Progress,
    stopped: metadata.stopped ?? null,
    best:
      metadata.best === undefined
        ? null
        : {
            ...(JSON.parse(metadata.best) as { bestEpoch: number; bestLoss: number }),
            bestParameters: bestParameters as EarlyStoppingState["bestParameters"],
          },
  };
}

/** @throws DataError if the file is not that of a finished run. */
export function parseFinal({ tensors, metadata }: SafetensorsContent, where: string): Parameters {
  if (metadata.status !== "done")
    throw new DataError(
      `${where}: expected the weights of a finished run, got status "${metadata.status ?? "none"}". Resume that run first.`,
    );
  return tensors as Parameters;
}
