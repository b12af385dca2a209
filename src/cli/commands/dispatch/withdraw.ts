/** @file `graft withdraw`: takes what waits of a study out of PostgreSQL. */

import { plural } from "../../../core/index.ts";
import { type WithdrawnStudy, withdrawFromPostgres } from "../../../dispatch/index.ts";
import { holdsStudy } from "../../../study/index.ts";
import { commandLine } from "../../terminal/typed-command.ts";
import { say } from "../../terminal/say.ts";

/** Says what was withdrawn; returns the exit code. */
export async function withdraw(directory: string, { json }: { json?: true }): Promise<number> {
  const found = await withdrawFromPostgres(directory);
  if (json === true) console.log(JSON.stringify(found));
  else for (const line of withdrawnLines(found, directory)) say(line);
  return 0;
}

/** What became of its jobs, and how to submit it again where its folder is still there. */
export function withdrawnLines({ withdrawn, active }: WithdrawnStudy, directory: string): string[] {
  if (withdrawn === 0 && active === 0) return ["Nothing of this study waits in the database."];
  return [
    `${plural(withdrawn, "job")} ${withdrawn === 1 ? "waits" : "wait"} no more.`,
    ...(active === 0 ? [] : [`${plural(active, "job")} ${active === 1 ? "is" : "are"} worked on until the end.`]),
    ...(holdsStudy(directory)
      ? [`Submit what is left again: ${commandLine(["submit", directory, "--to", "postgres"])}`]
      : []),
  ];
}
