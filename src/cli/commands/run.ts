/** @file `graft run`: a new study. */

import { availableParallelism } from "node:os";
import { plural } from "../../core/index.ts";
import { runStudy } from "../../study/index.ts";
import { chooseDevice } from "../device/choose-device.ts";
import type { ComputingOptions, StudyOptions } from "../options/option-table.ts";
import { parseThreads } from "../options/parse-values.ts";
import { studyFrom } from "../options/study-options.ts";
import { conductStudy } from "../study/conduct-study.ts";
import { type Jobs, crewOf, jobsFrom } from "../study/crew.ts";
import { openNewStudy } from "../study/new-study.ts";
import { claimFolder } from "../study/results-folder.ts";
import type { Display } from "../terminal/displays/display.ts";

/** What the command line holds, as typed. */
export type RunOptions = StudyOptions &
  ComputingOptions & {
    readonly out?: string;
    readonly jobs?: string;
    readonly exportResize?: true;
    readonly report?: boolean;
  };

/** Runs the study of a file and options into a new folder; returns the exit code. */
export async function run(file: string | undefined, options: RunOptions, argv: readonly string[]): Promise<number> {
  const config = await studyFrom(file, options);
  const threads = parseThreads(options.threads);
  const device = await chooseDevice(options.device, { threads: threads ?? availableParallelism() });
  const jobs = jobsFrom(options.jobs, { config, threads, device: device.device });
  const { directory, release } = await claimFolder({ out: options.out, name: config.name });
  try {
    return await conductStudy(
      { directory, json: options.json === true, report: options.report, exportResize: options.exportResize },
      async (conduct) => {
        warnOfThreads(jobs, conduct.display);
        const typed = { config, threads: jobs.threads, ...device, options, argv };
        const study = await openNewStudy(typed, { ...conduct, directory });
        return await runStudy({ ...study, forecasts: true, crew: crewOf(jobs, study) });
      },
    );
  } catch (error) {
    await release();
    throw error;
  }
}

function warnOfThreads({ jobs, threads }: Jobs, display: Display): void {
  const cores = availableParallelism();
  if (jobs * threads <= cores) return;
  const what = jobs === 1 ? `--threads ${threads}` : `${jobs} jobs of ${plural(threads, "thread")}`;
  display.notice(`${what}: this machine can run ${cores} at a time, so more will not make it faster.`);
}
