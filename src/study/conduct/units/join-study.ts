/** @file Works for whoever coordinates a study: unit after unit, with what every unit needs opened once. */

import { lookAgain } from "../../context/study-context.ts";
import { openRunStore } from "../../records/run-store.ts";
import { admitRound } from "../settle-rounds.ts";
import { readStudyOn } from "../study-device.ts";
import { type UnitOptions, openForTraining, requireRun } from "../train-one.ts";
import { requireTuning } from "../tune-one.ts";
import { type Unit, workOn } from "./unit.ts";

/** A process that has opened a study which another one coordinates. */
export interface StudyWorker {
  /**
   * Does a unit, from what the folder says by now.
   *
   * @returns True if the signal stopped it.
   * @throws ConfigError, NotYetError, DeviceError or DataError as {@link trainOne} and {@link tuneOne} do.
   */
  work(unit: Unit): Promise<boolean>;
  close(): void;
}

/**
 * Opens the study in a folder for units of work; it keeps features of frozen layers from one to the next.
 *
 * @throws ConfigError if the folder holds no study, its data are others, or its device does not work here or is of another
 *   kind of machine than the study.
 */
export async function joinStudy(directory: string, options: UnitOptions): Promise<StudyWorker> {
  const store = openRunStore(directory);
  const context = await openForTraining({ study: await readStudyOn(undefined, directory), store }, options);
  /** Seeds that were added since. */
  const admitRounds = async (): Promise<void> => {
    const known = new Set(context.runs.map(({ seed }) => seed));
    for (const round of (await store.readSeeds())?.rounds ?? [])
      if (!known.has(round.seed)) await admitRound(context, round);
  };
  return {
    work: async (unit) => {
      await admitRounds();
      const { study, runs } = context;
      if (unit.kind === "run")
        requireRun(
          runs.map(({ id }) => id),
          { id: unit.id, directory },
        );
      if (unit.kind === "tuning") requireTuning(study, { strategy: unit.strategy, directory });
      await lookAgain(context);
      return workOn(context, unit);
    },
    close: () => context.features.close(),
  };
}
