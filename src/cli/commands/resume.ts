/** @file `graft resume`: goes on with a study that was stopped. */

import { resumeStudy } from "../../study/index.ts";
import { conductStudy } from "../conduct-study.ts";
import { openData } from "../open-data.ts";

/** What the command line holds. */
export interface ResumeOptions {
  readonly json?: true;
  readonly offline?: true;
}

/** Runs what is left of the study in `directory`; returns the exit code. */
export async function resume(directory: string, { json, offline }: ResumeOptions): Promise<number> {
  return await conductStudy({ directory, json: json === true }, async ({ view, signal }) =>
    resumeStudy({
      directory,
      openDataset: (name) => openData(name, { view, signal, offline: offline === true }),
      listener: view.listener,
      signal,
    }),
  );
}
