/** @file `graft finish`: the summary and the report of a study that others train, also in the middle of it. */

import { finishStudy } from "../../../study/index.ts";
import { conductStudy } from "../../study/conduct-study.ts";
import { openStudy } from "../../study/open-study.ts";

/** What the command line holds. */
export interface FinishOptions {
  readonly json?: true;
  readonly offline?: true;
}

/** Trains nothing; returns the exit code. */
export async function finish(directory: string, { json, offline }: FinishOptions): Promise<number> {
  return await conductStudy({ directory, json: json === true }, async ({ display, signal }) =>
    finishStudy({
      directory,
      openData: (config) => openStudy(config, { display, signal, offline: offline === true }),
      listener: display.listener,
      signal,
    }),
  );
}
