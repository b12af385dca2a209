/** @file What is left of a study, as jobs for a queue: units that one process does after another, and what they wait for. */

import type { StudyContext } from "../../context/study-context.ts";
import type { PlannedRun } from "../../file/plan.ts";
import { type StudyFile, isOver, openRunStore, readStudyFile } from "../../records/run-store.ts";
import { type UnitOptions, openContext } from "../train-one.ts";
import { recordsOf } from "../run-records.ts";
import { waitingIn } from "./ready-units.ts";
import { type Unit, nameOf, sharesFeatures } from "./unit.ts";

/** Units for one process, in their order. */
export interface UnitJob {
  readonly units: readonly Exclude<Unit, { kind: "analysis" }>[];
  /** Places of the jobs, in the list that this one is in, that must be over before. */
  readonly after: readonly number[];
}

/** What is left of a study. */
export interface StudyJobs {
  readonly study: StudyFile;
  /** Each after those that it waits for. */
  readonly jobs: readonly UnitJob[];
  /** Rounds of seeds that are decided; 0 where the study's file says all. */
  readonly rounds: number;
}

/** What a study's jobs are planned with. */
export interface PlanUnitsOptions extends Pick<UnitOptions, "openData"> {
  /**
   * No jobs unless more rounds of seeds than these are decided: for the job that has written the report, so that what was
   * given up is not tried for ever.
   */
  readonly beyondRound?: number | undefined;
}

/**
 * The jobs of the study in a folder that are still to be done, as far as its rounds of seeds are decided. Runs on frozen
 * layers of the same weights that wait for the same are one job, since they share features.
 *
 * @throws ConfigError if the folder holds no study, or its data are others.
 */
export async function planUnits(
  directory: string,
  { openData, beyondRound = -1 }: PlanUnitsOptions,
): Promise<StudyJobs> {
  const study = await readStudyFile(directory);
  const store = openRunStore(directory);
  const rounds = (await store.readSeeds())?.rounds.length ?? 0;
  if (rounds <= beyondRound) return { study, jobs: [], rounds };
  const context = await openContext({ study, store }, { openData });
  context.features.close();
  return { study, jobs: jobsOf(context), rounds };
}

function jobsOf(context: StudyContext): UnitJob[] {
  const waitingOf = waitingIn(context);
  const jobs: { units: UnitJob["units"][number][]; after: readonly number[] }[] = [];
  /** By the names of units, and by what runs have in common that are done together. */
  const places = new Map<string, number>();
  const add = (unit: UnitJob["units"][number], after: readonly number[]): number => {
    const place = jobs.push({ units: [unit], after }) - 1;
    places.set(nameOf(unit), place);
    return place;
  };
  const placeOf = (run: PlannedRun): number => {
    const known = places.get(run.id);
    if (known !== undefined) return known;
    const { runs, forRates } = waitingOf(run);
    let after = [...new Set(runs.map(placeOf))].sort((a, b) => a - b);
    if (forRates) {
      const tuning = { kind: "tuning", strategy: run.strategy } as const;
      after = [places.get(nameOf(tuning)) ?? add(tuning, after)];
    }
    const unit = { kind: "run", id: run.id } as const;
    if (!sharesFeatures(context, run)) return add(unit, after);
    const common = JSON.stringify([run.startsFrom, after]);
    const bundle = places.get(common);
    const place = bundle ?? add(unit, after);
    if (bundle !== undefined) jobs[place].units.push(unit);
    places.set(common, place).set(run.id, place);
    return place;
  };
  // what starts from a run that failed is over as well
  const records = recordsOf(context);
  for (const [index, run] of context.runs.entries()) if (!isOver(records[index])) placeOf(run);
  return jobs;
}
