/** @file What shows a study to its user: progress bars, plain lines or JSON. */

import type { DownloadProgress } from "../../../download/index.ts";
import type { StudyListener, StudySummary } from "../../../study/index.ts";

/** A study that has ended, and where its report was written. */
export interface StudyEnd {
  readonly summary: StudySummary;
  readonly directory: string;
  /** Of the report, relative to the folder; none where it is left to `graft report`. */
  readonly files: readonly string[];
}

/** Shows a study while it goes on. */
export interface Display {
  readonly listener: StudyListener;
  /** One sentence that the user should see. */
  readonly notice: (sentence: string) => void;
  readonly download: (title: string, progress: DownloadProgress) => void;
  readonly downloadEnded: () => void;
  /** Photographs that are read for the first time. */
  readonly reading: (title: string, progress: { images: number; total: number }) => void;
  /** The comparison, the conclusion and where the report is. */
  readonly ended: (end: StudyEnd) => void;
  /** Leaves the terminal as it was; may be called more than once. */
  readonly close: () => void;
}

/** Writes one line; the line feed is the writer's. */
export type WriteLine = (line: string) => void;
