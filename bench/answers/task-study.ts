/** @file What every study of a task has in common: its images, its source, its budget. */

import { existsSync } from "node:fs";
import { openPretrained } from "../../src/models/node/index.ts";
import { type StudyData, type StudyInput, openStudyData, resolveStudy } from "../../src/study/index.ts";
import { MissingData, type Places, findFile } from "./places.ts";
import { sourceFile } from "./sources.ts";
import type { AnswerTask, TaskSource } from "./tasks.ts";

/** A task with its images and its source network in memory. */
export interface OpenTask {
  readonly task: AnswerTask;
  readonly data: StudyData;
  /** Fields of the study that say what the data are, and nothing of how to train. */
  readonly fields: StudyInput;
}

/**
 * Opens a task.
 *
 * @throws MissingData if its images or its source are not on this machine, or its source is not trained yet.
 */
export async function openTask(task: AnswerTask, places: Places): Promise<OpenTask> {
  const fields: StudyInput = {
    name: task.name,
    // the name of any data set: the images that it stands for are handed over
    target: "cifar10",
    source: await sourcePath(task.source, places),
    architecture: "classic-cnn",
    imagesPerClass: task.imagesPerClass,
    ...("file" in task.source ? { normalization: writable(task.source.normalization) } : {}),
  };
  const data = await openStudyData(resolveStudy(fields), {
    named: () => task.open(places),
    model: (path) => openPretrained(path, { allowDownload: false }),
  });
  return { task, data, fields };
}

async function sourcePath(source: TaskSource, places: Places): Promise<string> {
  if ("file" in source) return findFile(source.file, places);
  const path = sourceFile(source.trained, places);
  if (existsSync(path)) return path;
  throw new MissingData(`${source.trained}: expected the trained source, got none. Run --part sources first.`);
}

/** As a study file has it. */
function writable({ mean, std }: { mean: readonly number[]; std: readonly number[] }): {
  mean: number[];
  std: number[];
} {
  return { mean: [...mean], std: [...std] };
}
