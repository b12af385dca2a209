/** @file A study as one JSON object a line, in a form that programs can rely on. */

import type { RunRecord, StudyEvent, StudySummary } from "../../../study/index.ts";
import { atMostEvery } from "./throttle.ts";
import type { Display, WriteLine } from "./display.ts";

/** Batches and bytes come by the thousand; one of them a second is told. */
const LEAST_INTERVAL_MS = 1000;

interface JsonEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * Writes `{"type": …}` objects: `notice`, `download`, `reading`, every event of the study, and last `report`.
 *
 * Runs are named by their id except where they start and finish; example images, maps and filters are left out.
 */
export function createJsonDisplay(write: WriteLine, now: () => number = Date.now): Display {
  const mayTell = atMostEvery(LEAST_INTERVAL_MS, now);
  const tell = (event: JsonEvent): void => write(JSON.stringify(event));
  return {
    listener: (event) => {
      const isFrequent = ["batch", "features", "stage-progress", "tuning", "stage"].includes(event.type);
      if (!isFrequent || mayTell()) tell(jsonEvent(event));
    },
    notice: (message) => tell({ type: "notice", message }),
    download: (dataset, progress) => {
      if (mayTell()) tell({ type: "download", dataset, ...progress });
    },
    downloadEnded: () => {},
    reading: (dataset, progress) => {
      if (mayTell()) tell({ type: "reading", dataset, ...progress });
    },
    ended: ({ directory, files }) => tell({ type: "report", directory, files }),
    close: () => {},
  };
}

function jsonEvent(event: StudyEvent): JsonEvent {
  switch (event.type) {
    case "study-started":
    case "study-finished":
      return { ...event, summary: withoutImages(event.summary) };
    case "run-started":
    case "run-finished":
      return { ...event, run: withoutAnswers(event.run) };
    case "run-discarded":
    case "tuning":
    case "forecast":
    case "recommendation":
    case "seeds":
      return { ...event };
    case "features":
    case "stage-progress":
    case "parts":
    case "batch":
    case "epoch":
      return { ...event, run: event.run.id };
    case "stage":
      return { ...event, run: event.run?.id ?? null };
  }
}

type Pictures = "examples" | "wrongImages" | "rightImages" | "featureMaps" | "firstFilters";

function withoutImages(summary: StudySummary): Omit<StudySummary, Pictures> {
  const {
    examples: _examples,
    wrongImages: _wrong,
    rightImages: _right,
    featureMaps: _maps,
    firstFilters: _filters,
    ...rest
  } = summary;
  return { ...rest, runs: rest.runs.map(withoutAnswers) };
}

/** What it says of single images is long. */
function withoutAnswers({ evaluation, ...run }: RunRecord): RunRecord {
  if (evaluation === undefined) return run;
  const { heatMaps: _heatMaps, predicted: _predicted, ...rest } = evaluation;
  return { ...run, evaluation: rest };
}
