/** @file Early stopping of a run, with its decision kept across a resume. */

import { type Callback, type EarlyStoppingState, earlyStopping } from "../../engine/training/index.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { RunCheckpoint } from "../records/run-checkpoint.ts";

export interface RunStopping extends Callback {
  /** The best epoch so far; null before the first, and where nothing watches. */
  readonly best: () => EarlyStoppingState | null;
  /** Why the run ends early; null while it does not. */
  readonly reason: () => string | null;
}

/**
 * Watches the validation loss as the run's settings say, or does nothing.
 *
 * A process may end between the epoch that decides to stop and the run's last file: the run then goes no further.
 */
export function runStopping({ training }: PlannedRun, checkpoint: RunCheckpoint | null): RunStopping {
  const settings = training.earlyStopping;
  const watcher =
    settings === null ? null : earlyStopping({ watch: "validation", ...settings }, checkpoint?.best ?? undefined);
  let reason = checkpoint?.stopped ?? null;
  return {
    best: () => watcher?.state() ?? null,
    reason: () => reason,
    onTrainBegin: ({ stop }) => {
      if (reason !== null) stop(reason);
    },
    onEpochEnd: async (result, context) => {
      const stop = (why: string): void => {
        reason ??= why;
        context.stop(why);
      };
      await watcher?.onEpochEnd?.(result, { ...context, stop });
    },
  };
}
