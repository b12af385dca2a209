/** @file `graft run`: a new study. */

import { availableParallelism } from "node:os";
import { isDatasetName } from "../../data/node/index.ts";
import { type StudyConfig, type StudyData, runStudy, trainableStudy } from "../../study/index.ts";
import { chooseDevice } from "../device/choose-device.ts";
import type { ComputingOptions, StudyOptions } from "../options/option-table.ts";
import { parseWhole } from "../options/parse-values.ts";
import { studyFrom } from "../options/study-options.ts";
import { commandLine } from "../terminal/typed-command.ts";
import { conductStudy } from "../study/conduct-study.ts";
import { openStudy } from "../study/open-study.ts";
import { claimFolder } from "../study/results-folder.ts";
import type { Display } from "../terminal/displays/display.ts";

/** What the command line holds, as typed. */
export type RunOptions = StudyOptions & ComputingOptions & { readonly out?: string };

/** Runs the study of a file and options into a new folder; returns the exit code. */
export async function run(file: string | undefined, options: RunOptions, argv: readonly string[]): Promise<number> {
  const config = await studyFrom(file, options);
  const threads = threadsFrom(options.threads);
  const { device, reason } = await chooseDevice(options.device, { threads });
  const { directory, release } = await claimFolder({ out: options.out, name: config.name });
  try {
    return await conductStudy({ directory, json: options.json === true }, async ({ display, signal }) => {
      warnOfThreads(threads, display);
      if (reason !== undefined) display.notice(`Computing on ${device}: ${reason}.`);
      const offline = options.offline === true;
      const data = await openStudy(config, { display, signal, offline, fallback: options.fallbackData });
      const { config: trainable, notice } = trainableStudy(config, data);
      if (notice !== null) display.notice(notice);
      const dataset = usedDataset(config, data);
      // the report names the data set that was used, so that its command gives the same again
      const command = commandLine(dataset === config.dataset ? argv : [...argv, "--data", dataset]);
      return await runStudy({
        config: { ...trainable, dataset },
        ...data,
        directory,
        threads,
        device,
        ...(reason === undefined ? {} : { deviceReason: reason }),
        command,
        listener: display.listener,
        forecasts: true,
        signal,
      });
    });
  } catch (error) {
    await release();
    throw error;
  }
}

/** Where the fallback was taken, the study names it, so that resuming opens the same. */
function usedDataset({ dataset, target }: StudyConfig, data: StudyData): string {
  const byName = typeof target !== "string" && isDatasetName(dataset);
  return byName ? data.dataset.name : dataset;
}

function threadsFrom(text: string | undefined): number {
  return text === undefined ? availableParallelism() : parseWhole(text, "--threads", { min: 1, max: 1024 });
}

function warnOfThreads(threads: number, display: Display): void {
  const cores = availableParallelism();
  if (threads <= cores) return;
  display.notice(`--threads ${threads}: this machine can run ${cores} at a time, so more will not make it faster.`);
}
