/** @file What a study's folder says: units of work write there, and whoever needs it looks again. */

import type { PlannedRun } from "../file/plan.ts";
import type { AnalysisRecord, RunRecord, StudySummary, TuningRecord } from "../records/records.ts";
import { type RunStore, holdsSummary, isOver, readSummary } from "../records/run-store.ts";

export interface Found extends Pick<StudySummary, "tuning" | "durationMs" | "finishedAt"> {
  /** By id, of runs that have begun. */
  readonly records: ReadonlyMap<string, RunRecord>;
  readonly analysis: AnalysisRecord;
}

interface Looking {
  store: RunStore;
  runs: readonly PlannedRun[];
  /** What is known of rates before anything is tuned. */
  untuned: readonly TuningRecord[];
}

const NOTHING_ANALYSED: AnalysisRecord = { transferability: [], featureMaps: [], firstFilters: [] };

/** Reads the folder; of what was found before, runs that were over are not read again. */
export async function readFound({ store, runs, untuned }: Looking, before?: Found): Promise<Found> {
  const earlier = before ?? (await earlierVersion(store));
  const records = new Map(before?.records);
  for (const { id } of runs) {
    const record = isOver(records.get(id)) ? null : await store.readRun(id);
    if (record !== null) records.set(id, record);
  }
  const strategies = [...new Set(runs.map(({ strategy }) => strategy))];
  const tunings = await Promise.all(strategies.map((strategy) => store.readTuning(strategy)));
  const tuned = tunings.flatMap((own, place) =>
    own.length > 0 ? own : trialsOf(strategies[place], { untuned, earlier: earlier?.tuning ?? [] }),
  );
  return {
    records,
    analysis: (await store.readAnalysis()) ?? earlier?.analysis ?? NOTHING_ANALYSED,
    tuning: tunings.flat().length === 0 && earlier !== null ? earlier.tuning : [...untuned, ...tuned],
    durationMs: earlier?.durationMs ?? 0,
    finishedAt: earlier?.finishedAt ?? null,
  };
}

/** Of a strategy whose file was lost. */
function trialsOf(
  strategy: string,
  { untuned, earlier }: { untuned: readonly TuningRecord[]; earlier: readonly TuningRecord[] },
): TuningRecord[] {
  const isUntuned = ({ imagesPerClass }: TuningRecord): boolean =>
    untuned.some((one) => one.strategy === strategy && one.imagesPerClass === imagesPerClass);
  return earlier.filter((record) => record.strategy === strategy && !isUntuned(record));
}

/** Folders of earlier versions hold all of it in their summary alone. */
async function earlierVersion({ directory }: RunStore): Promise<Omit<Found, "records"> | null> {
  if (!holdsSummary(directory)) return null;
  const { tuning, durationMs, finishedAt, transferability, featureMaps, firstFilters } = await readSummary(directory);
  return { tuning, durationMs, finishedAt, analysis: { transferability, featureMaps, firstFilters } };
}
