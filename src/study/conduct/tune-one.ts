/** @file The tuning of one strategy as a unit of work: all it needs is the study's folder. */

import { join } from "node:path";
import { ConfigError, isStop } from "../../core/index.ts";
import { requireLocks, withLock } from "../../files/index.ts";
import { type StudyContext, lookAgain } from "../context/study-context.ts";
import { asFileName, planStudy } from "../file/plan.ts";
import type { TuningRecord } from "../records/records.ts";
import { type RunStore, type StudyFile, openRunStore, readStudyFile } from "../records/run-store.ts";
import { tuneStrategy } from "../tuning/tune-strategy.ts";
import { awaitingRates } from "../tuning/tuned-runs.ts";
import { settleBySource } from "./near-source.ts";
import { recordsOf } from "./run-records.ts";
import { deviceFailure, stoppedByDevice } from "./study-device.ts";
import { type UnitOptions, carryOut } from "./train-one.ts";

/**
 * Chooses the learning rates of a strategy of the study in a folder, for all of its budgets and seeds, after the runs
 * that its runs start from; what was found is a file of its own.
 *
 * @returns What is known of the strategy's rates; null if the signal stopped it.
 * @throws ConfigError if the study does not tune or has no such strategy, or its data are others.
 * @throws NotYetError if another process tunes it.
 * @throws DeviceError if the device fails; it can be tuned again.
 */
export async function tuneOne(
  directory: string,
  strategy: string,
  options: UnitOptions,
): Promise<TuningRecord[] | null> {
  const study = await readStudyFile(directory);
  requireTuning(study, { strategy, directory });
  const store = openRunStore(directory);
  return lockStrategy(store, strategy, () =>
    carryOut({ study, store }, options, async (context) => {
      if (await tune(context, strategy)) return null;
      await lookAgain(context);
      return context.found.tuning.filter((record) => record.strategy === strategy);
    }),
  );
}

/** @throws ConfigError if a study does not tune, or has no such strategy. */
export function requireTuning(
  { config }: Pick<StudyFile, "config">,
  { strategy, directory }: { strategy: string; directory: string },
): void {
  if (config.tuning !== null && planStudy(config).some((run) => run.strategy === strategy)) return;
  throw new ConfigError(
    `${directory}: expected a study that tunes the strategy "${strategy}", got another. Its file says what is tuned.`,
  );
}

/**
 * The same for a study that is open already.
 *
 * @returns True if the signal stopped it; nothing is kept then.
 */
export async function tuneInStudy(context: StudyContext, strategy: string): Promise<boolean> {
  return lockStrategy(context.store, strategy, () => tune(context, strategy));
}

async function lockStrategy<T>({ directory }: RunStore, strategy: string, work: () => Promise<T>): Promise<T> {
  requireLocks(directory);
  const lock = join(directory, "tuning", `${asFileName(strategy)}.lock`);
  return withLock(lock, "process that tunes this strategy", work);
}

/** True if it was interrupted; nothing is done where the rates are known. */
async function tune(context: StudyContext, strategy: string): Promise<boolean> {
  const { runs, found, store } = context;
  if (awaitingRates(runs, { strategy, known: found.tuning }).length === 0) return false;
  try {
    for (const place of runs.keys()) if (runs[place].strategy === strategy) await settleBySource(context, place);
    const records = await tuneStrategy(context, strategy);
    if (records === null) return true;
    await store.writeTuning(strategy, records);
    return false;
  } catch (error) {
    if (isStop(error, context.signal)) return true;
    const failed = deviceFailure(error);
    if (failed === undefined) throw error;
    const first = recordsOf(context).find((run) => run.strategy === strategy);
    if (first === undefined) throw error;
    throw stoppedByDevice(failed, { run: first, directory: store.directory });
  }
}
