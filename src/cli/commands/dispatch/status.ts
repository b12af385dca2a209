/** @file `graft status`: the runs of a study, who trains them, and what waits for what. */

import { list, plural } from "../../../core/index.ts";
import { type RunStatus, type StudyStatus, studyStatus } from "../../../study/index.ts";
import { alignColumns } from "../../terminal/align-columns.ts";
import { commandLine } from "../../terminal/typed-command.ts";
import { say } from "../../terminal/say.ts";

/** Prints where the study in `directory` stands; returns the exit code. */
export async function status(directory: string, { json }: { json?: true }): Promise<number> {
  const found = await studyStatus(directory);
  if (json === true) console.log(JSON.stringify(found));
  else for (const line of statusLines(found, directory)) say(line);
  return 0;
}

/** A line on the study, one on each run, and what to do next. */
export function statusLines({ name, coordinator, runs, finishedAt }: StudyStatus, directory: string): string[] {
  const counts = new Map<string, number>();
  for (const run of runs) counts.set(stateOf(run), (counts.get(stateOf(run)) ?? 0) + 1);
  const told = list([...counts].map(([state, count]) => `${count} ${state}`));
  const by = coordinator === null ? "" : `, coordinated by ${coordinator}`;
  return [
    `Study ${name}: ${plural(runs.length, "run")}, ${told}${by}.`,
    ...alignColumns(runs.map((run) => [run.id, stateOf(run), epochsOf(run), run.holder ?? "", waitsOf(run)])),
    ...(finishedAt === null && counts.get("done") !== undefined && coordinator === null
      ? [`The report as far as it is: ${commandLine(["finish", directory])}`]
      : []),
  ];
}

/** A run whose process was killed still says that it is running. */
function stateOf({ status: state, holder, waitsFor }: RunStatus): string {
  if (state === "running" && holder === null) return "stopped";
  if (state === "pending") return holder === null ? (waitsFor.length === 0 ? "ready" : "waiting") : "tuning";
  return state;
}

function epochsOf({ epochs, ofEpochs }: RunStatus): string {
  return ofEpochs === null ? "" : `epoch ${epochs}/${ofEpochs}`;
}

function waitsOf({ waitsFor }: RunStatus): string {
  return waitsFor.length === 0 ? "" : `after ${list(waitsFor)}`;
}
