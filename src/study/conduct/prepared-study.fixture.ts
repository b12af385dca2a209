/** @file A study that is ready to run, and has a folder that is not there yet. */

import type { ImageDataset } from "../../data/index.ts";
import type { StudyContext } from "../context/study-context.ts";
import { resolveStudy } from "../file/config.ts";
import type { StudyInput } from "../file/schema.ts";
import type { StudyEvent } from "../records/events.ts";
import { openRunStore } from "../records/run-store.ts";
import { prepareStudy } from "./prepare-study.ts";

/** What of a study is not its file. */
export interface PreparedStudyOptions {
  dataset: ImageDataset;
  directory: string;
  sharers?: number;
  signal?: AbortSignal;
}

/** The study on the CPU with one thread, and the events that it tells of. */
export async function preparedStudy(
  study: StudyInput,
  { dataset, directory, ...rest }: PreparedStudyOptions,
): Promise<{ context: StudyContext; events: StudyEvent[] }> {
  const events: StudyEvent[] = [];
  const config = resolveStudy(study);
  const file = { formatVersion: 1, config, datasetChecksum: dataset.checksum, threads: 1, device: "cpu" } as const;
  const context = await prepareStudy(
    { ...file, command: "graft run", startedAt: "2026-11-29T12:00:00.000Z" },
    { data: { dataset }, store: openRunStore(directory), listener: (event) => events.push(event), ...rest },
  );
  return { context, events };
}
