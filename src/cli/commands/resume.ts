/** @file `graft resume`: goes on with a study that was stopped. */

import { parseDevice } from "../../engine/runtime/node/index.ts";
import { resumeStudy } from "../../study/index.ts";
import { conductStudy } from "../study/conduct-study.ts";
import { crewOf, jobsFrom } from "../study/crew.ts";
import { openStudy } from "../study/open-study.ts";
import { placesFrom } from "../study/places.ts";

/** What the command line holds. */
export interface ResumeOptions {
  readonly json?: true;
  readonly offline?: true;
  /** Another one than the study began with. */
  readonly device?: string;
  readonly jobs?: string;
  readonly anyMachine?: true;
  readonly report?: boolean;
  readonly exportResize?: true;
  /** Where the images and the source are now. */
  readonly data?: string;
  readonly source?: string;
}

/** Runs what is left of the study in `directory`; returns the exit code. */
export async function resume(
  directory: string,
  { json, offline, data, source, jobs, anyMachine, report, exportResize, ...rest }: ResumeOptions,
): Promise<number> {
  const device = rest.device === undefined ? undefined : await parseDevice(rest.device);
  return await conductStudy({ directory, json: json === true, report, exportResize }, async ({ display, signal }) =>
    resumeStudy({
      directory,
      openData: (config) => openStudy(config, { display, signal, offline: offline === true }),
      ...(device === undefined ? {} : { device }),
      ...(data === undefined && source === undefined ? {} : { places: placesFrom({ data, source }) }),
      listener: display.listener,
      forecasts: true,
      crewFor: (study, opened) => crewOf({ ...jobsFrom(jobs, study), anyMachine }, opened),
      anyMachine,
      signal,
    }),
  );
}
