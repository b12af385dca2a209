/** @file Ends a run that no longer improves, and gives the best weights back. */

import { ConfigError, type Tensor, float32 } from "../../../core/index.ts";
import type { Callback } from "../fit.ts";

export interface EarlyStoppingOptions {
  /** Name of the evaluated set whose loss decides; never a test set. */
  watch: string;
  /** Epochs without improvement before the run ends. */
  patience: number;
  /** Smallest decrease of the loss that counts, in nats. */
  minDelta?: number;
}

/** What early stopping must remember across a resume. */
export interface EarlyStoppingState {
  bestEpoch: number;
  bestLoss: number;
  bestParameters: Record<string, Tensor<"float32">>;
}

export interface EarlyStopping extends Callback {
  /** The best epoch so far; undefined before the first. */
  readonly state: () => EarlyStoppingState | undefined;
}

/**
 * Remembers the parameters of the epoch with the lowest loss, and stops `patience` epochs after it.
 *
 * A loss counts as lower if it is so by more than minDelta. The trainer keeps the last parameters; the best are in `state`.
 *
 * @throws ConfigError in the first epoch if the watched set is not evaluated.
 */
export function earlyStopping(options: EarlyStoppingOptions, restored?: EarlyStoppingState): EarlyStopping {
  const { watch, patience, minDelta = 0 } = options;
  let best = restored;
  const stopIfWorse = (epoch: number, stop: (reason: string) => void): void => {
    if (best === undefined || epoch - best.bestEpoch < patience) return;
    stop(`no improvement of the ${watch} loss in ${patience} epochs; best was epoch ${best.bestEpoch}`);
  };
  return {
    state: () => best,
    // a run that ended between its last epoch and its result ends at once
    onTrainBegin: ({ progress, stop }) => stopIfWorse(progress.epoch, stop),
    onEpochEnd: async ({ epoch, evaluations }, { trainer, stop }) => {
      const metrics = evaluations[watch];
      if (metrics === undefined) {
        throw new ConfigError(
          `early stopping: expected "${watch}" to be evaluated, got ${Object.keys(evaluations).join(", ") || "nothing"}.`,
        );
      }
      if (best === undefined || metrics.loss < best.bestLoss - minDelta) {
        best = { bestEpoch: epoch, bestLoss: metrics.loss, bestParameters: copies(await trainer.parameters()) };
      }
      stopIfWorse(epoch, stop);
    },
  };
}

function copies(parameters: Readonly<Record<string, Tensor<"float32">>>): Record<string, Tensor<"float32">> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { data, shape }]) => [name, float32(Float32Array.from(data), shape)]),
  );
}
