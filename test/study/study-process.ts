/** @file A process that runs or resumes a study on the small data set, and says what happens, one JSON object a line. */

import { writeSync } from "node:fs";
import { join } from "node:path";
import { localCrew } from "../../src/dispatch/index.ts";
import { type StudyInput, resolveStudy, resumeStudy, runStudy } from "../../src/study/index.ts";
import type { StudyEvent } from "../../src/study/index.ts";
import { smallDataset, tellingDataset } from "./small-dataset.ts";

/** What the process is told. */
export interface StudyJob {
  directory: string;
  /** The study to run; resumes the folder's own when left out. */
  study?: StudyInput;
  threads: number;
  /** Workers that train the runs; the process itself when left out or one. */
  jobs?: number;
  /** On classes that short runs can tell apart. */
  telling?: boolean;
  /** A checkpoint after every epoch when left out. */
  checkpointEveryMs?: number;
}

/** What it says, as far as anyone asks. */
export interface StudyNews {
  type: StudyEvent["type"];
  run?: string;
  epoch?: number;
  batch?: number;
}

const {
  directory,
  study,
  threads,
  jobs = 1,
  telling = false,
  checkpointEveryMs = 0,
} = JSON.parse(process.argv[2]) as StudyJob;
const dataset = telling ? tellingDataset() : smallDataset();

// bundled, the two lie side by side
const program = [process.execPath, join(import.meta.dirname, "work-process.js"), "{}"];
const crew = jobs === 1 ? undefined : localCrew({ jobs, program });

/** Written at once, so that a process killed after an event has told of it. */
function tell(event: StudyEvent): void {
  const news: StudyNews = { type: event.type };
  if ("run" in event && event.run !== null) news.run = event.run.id;
  if (event.type === "batch") Object.assign(news, { epoch: event.epoch, batch: event.batch });
  if (event.type === "epoch") news.epoch = event.record.epoch;
  writeSync(1, `${JSON.stringify(news)}\n`);
}

if (study === undefined) {
  const openData = async () => ({ dataset });
  await resumeStudy({ directory, openData, listener: tell, checkpointEveryMs, crewFor: () => crew });
} else {
  const config = resolveStudy(study);
  const options = { config, dataset, directory, threads, checkpointEveryMs, crew };
  await runStudy({ ...options, device: "cpu", command: "graft run", listener: tell });
}
