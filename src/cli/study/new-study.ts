/** @file A study that a command line describes, with its data opened: what is to be run, or submitted. */

import { isDatasetName } from "../../data/node/index.ts";
import { type RunStudyOptions, type StudyConfig, type StudyData, trainableStudy } from "../../study/index.ts";
import type { ChosenDevice } from "../device/choose-device.ts";
import type { ComputingOptions } from "../options/option-table.ts";
import { commandLine } from "../terminal/typed-command.ts";
import type { Conduct } from "./conduct-study.ts";
import { openStudy } from "./open-study.ts";

/** What the command line says of a study. */
export interface TypedStudy extends ChosenDevice {
  readonly config: StudyConfig;
  readonly threads: number;
  readonly options: Pick<ComputingOptions, "offline" | "fallbackData">;
  /** As typed, after the program's own name. */
  readonly argv: readonly string[];
}

/** The study as it can be trained, told of on the display where that differs from what was typed. */
export async function openNewStudy(
  { config, threads, device, reason, options, argv }: TypedStudy,
  { directory, display, signal }: Conduct & { directory: string },
): Promise<RunStudyOptions> {
  if (reason !== undefined) display.notice(`Computing on ${device}: ${reason}.`);
  const offline = options.offline === true;
  const data = await openStudy(config, { display, signal, offline, fallback: options.fallbackData });
  const { config: trainable, notice } = trainableStudy(config, data);
  if (notice !== null) display.notice(notice);
  const dataset = usedDataset(config, data);
  return {
    config: { ...trainable, dataset },
    ...data,
    directory,
    threads,
    device,
    ...(reason === undefined ? {} : { deviceReason: reason }),
    // the report names the data set that was used, so that its command gives the same again
    command: commandLine(dataset === config.dataset ? argv : [...argv, "--data", dataset]),
    listener: display.listener,
    signal,
  };
}

/** Where the fallback was taken, the study names it, so that resuming opens the same. */
function usedDataset({ dataset, target }: StudyConfig, data: StudyData): string {
  const byName = typeof target !== "string" && isDatasetName(dataset);
  return byName ? data.dataset.name : dataset;
}
