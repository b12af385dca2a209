/** @file Where a study stands that any number of processes work on: each run, who trains it, what it waits for. */

import { join } from "node:path";
import { holderOf } from "../../files/index.ts";
import { nameOf } from "../conduct/units/unit.ts";
import { PRETRAINED, asFileName, planStudy } from "../file/plan.ts";
import type { StudyConfig } from "../file/schema.ts";
import type { RunRecord, TuningRecord } from "../records/records.ts";
import {
  RUN_LOCK,
  STUDY_LOCK,
  holdsSummary,
  isOver,
  openRunStore,
  readStudyFile,
  readSummary,
} from "../records/run-store.ts";
import { hasRate, rateRecord } from "../tuning/tuned-runs.ts";

/** A run as its folder says. */
export interface RunStatus extends Pick<RunRecord, "id" | "status"> {
  /** Finished, of as many as it has at most; null where that is not known before it begins. */
  readonly epochs: number;
  readonly ofEpochs: number | null;
  /** The process that trains it, or tunes its strategy; null where none does. */
  readonly holder: string | null;
  /** What must be over before: ids of runs, and `tuning:<strategy>`. */
  readonly waitsFor: readonly string[];
}

/** A study as its folder says. */
export interface StudyStatus {
  readonly name: string;
  /** The process that coordinates it, if one does. */
  readonly coordinator: string | null;
  readonly runs: readonly RunStatus[];
  /** ISO 8601; null while something is left to do. */
  readonly finishedAt: string | null;
}

/**
 * Looks a study's folder through; nothing but it is needed.
 *
 * @throws ConfigError if the folder holds no study.
 * @throws DataError if a file of it is damaged.
 */
export async function studyStatus(directory: string): Promise<StudyStatus> {
  const { config } = await readStudyFile(directory);
  const store = openRunStore(directory);
  const plan = planStudy(config, (await store.readSeeds())?.rounds);
  const records = new Map<string, RunRecord | null>();
  for (const { id } of plan) records.set(id, await store.readRun(id));
  const summary = holdsSummary(directory) ? await readSummary(directory) : null;
  const tunings = await Promise.all(strategiesOf(plan).map((strategy) => store.readTuning(strategy)));
  const known = [...(summary?.tuning ?? []), ...tunings.flat()];
  const runs = await Promise.all(
    plan.map(async (run): Promise<RunStatus> => {
      const record = records.get(run.id) ?? null;
      const tuning = join(directory, "tuning", `${asFileName(run.strategy)}.lock`);
      const waitsFor = isOver(record ?? undefined) ? [] : waitsOf(run, { config, known, records });
      return {
        id: run.id,
        status: failsWith(run, { plan, records }) ? "failed" : (record?.status ?? "pending"),
        epochs: record?.epochs.length ?? 0,
        ofEpochs: record?.training?.epochs ?? null,
        holder:
          (await holderOf(join(store.runDirectory(run.id), RUN_LOCK))) ??
          (waitsFor.includes(tuningOf(run.strategy)) ? await holderOf(tuning) : null),
        waitsFor,
      };
    }),
  );
  const coordinator = await holderOf(join(directory, STUDY_LOCK));
  return { name: config.name, coordinator, runs, finishedAt: summary?.finishedAt ?? null };
}

type Plan = ReturnType<typeof planStudy>;

function strategiesOf(plan: Plan): string[] {
  return [...new Set(plan.map(({ strategy }) => strategy))];
}

function tuningOf(strategy: string): string {
  return nameOf({ kind: "tuning", strategy });
}

interface Known {
  readonly config: StudyConfig;
  readonly known: readonly TuningRecord[];
  readonly records: ReadonlyMap<string, RunRecord | null>;
}

/** True for a run that starts from one that failed, or from one that does. */
function failsWith(run: Plan[number], { plan, records }: Pick<Known, "records"> & { plan: Plan }): boolean {
  const origin = plan.find(({ id }) => id === run.startsFrom);
  if (origin === undefined || isOver(records.get(run.id) ?? undefined)) return false;
  return records.get(origin.id)?.status === "failed" || failsWith(origin, { plan, records });
}

function waitsOf(run: Plan[number], { config, known, records }: Known): string[] {
  const { startsFrom, strategy } = run;
  const isThere = startsFrom === null || startsFrom === PRETRAINED || isOver(records.get(startsFrom) ?? undefined);
  const isTuned = config.tuning === null || !hasRate(run) || rateRecord(run, known) !== undefined;
  return [...(isThere ? [] : [startsFrom]), ...(isTuned ? [] : [tuningOf(strategy)])];
}
