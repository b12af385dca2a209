/** @file `graft run`: a new study. */

import { availableParallelism } from "node:os";
import { plural } from "../../core/index.ts";
import { isDatasetName } from "../../data/node/index.ts";
import { type StudyConfig, type StudyData, runStudy, trainableStudy } from "../../study/index.ts";
import { chooseDevice } from "../device/choose-device.ts";
import type { ComputingOptions, StudyOptions } from "../options/option-table.ts";
import { parseWhole } from "../options/parse-values.ts";
import { studyFrom } from "../options/study-options.ts";
import { commandLine } from "../terminal/typed-command.ts";
import { conductStudy } from "../study/conduct-study.ts";
import { type Jobs, crewOf, jobsFrom } from "../study/crew.ts";
import { openStudy } from "../study/open-study.ts";
import { claimFolder } from "../study/results-folder.ts";
import type { Display } from "../terminal/displays/display.ts";

/** What the command line holds, as typed. */
export type RunOptions = StudyOptions & ComputingOptions & { readonly out?: string; readonly jobs?: string };

/** Runs the study of a file and options into a new folder; returns the exit code. */
export async function run(file: string | undefined, options: RunOptions, argv: readonly string[]): Promise<number> {
  const config = await studyFrom(file, options);
  const named = threadsFrom(options.threads);
  const { device, reason } = await chooseDevice(options.device, { threads: named ?? availableParallelism() });
  const jobs = jobsFrom(options.jobs, { config, threads: named, device });
  const { threads } = jobs;
  const { directory, release } = await claimFolder({ out: options.out, name: config.name });
  try {
    return await conductStudy({ directory, json: options.json === true }, async ({ display, signal }) => {
      warnOfThreads(jobs, display);
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
        crew: crewOf(jobs, data),
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

function threadsFrom(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseWhole(text, "--threads", { min: 1, max: 1024 });
}

function warnOfThreads({ jobs, threads }: Jobs, display: Display): void {
  const cores = availableParallelism();
  if (jobs * threads <= cores) return;
  const what = jobs === 1 ? `--threads ${threads}` : `${jobs} jobs of ${plural(threads, "thread")}`;
  display.notice(`${what}: this machine can run ${cores} at a time, so more will not make it faster.`);
}
