/** @file What new and resumed studies have in common: how they are shown, stopped, reported and answered for. */

import { plural } from "./format.ts";
import { Interrupted, listenForInterrupt } from "./interrupt.ts";
import type { StudyOutcome } from "../study/index.ts";
import { commandLine } from "./typed-command.ts";
import { createView } from "./views/create-view.ts";
import type { View } from "./views/view.ts";
import { writeReport } from "./write-report.ts";

/** Some runs failed; the others are done and reported. */
const FAILED_RUNS_EXIT_CODE = 1;

/** What a study needs while it runs. */
export interface Conduct {
  readonly view: View;
  /** Aborted when the user wants it to stop. */
  readonly signal: AbortSignal;
}

/**
 * Runs `work` and writes the report of its study; returns the exit code.
 *
 * @throws Interrupted if a signal stopped it, after having said how to go on.
 */
export async function conductStudy(
  { directory, json }: { directory: string; json: boolean },
  work: (conduct: Conduct) => Promise<StudyOutcome>,
): Promise<number> {
  const view = await createView({ json });
  const interrupt = listenForInterrupt(() => say("stopping after this step; once more to stop at once.", view, json));
  try {
    const { summary, interrupted } = await work({ view, signal: interrupt.signal });
    if (interrupted) {
      view.close();
      console.error(`graft: stopped; what is done is saved. Go on by: ${commandLine(["resume", directory])}`);
      throw interrupt.signal.reason instanceof Interrupted ? interrupt.signal.reason : new Interrupted("SIGINT");
    }
    view.ended({ summary, directory, files: await writeReport(summary, directory) });
    const failed = summary.runs.filter(({ status }) => status === "failed").length;
    if (failed === 0) return 0;
    const runs = plural(summary.runs.length, "run");
    console.error(`graft: ${failed} of ${runs} failed; the report says why.`);
    return FAILED_RUNS_EXIT_CODE;
  } finally {
    view.close();
    interrupt.stop();
  }
}

/** Above the bars if there are any, and never among JSON. */
function say(sentence: string, view: View, json: boolean): void {
  if (json || !process.stdout.isTTY) console.error(`graft: ${sentence}`);
  else view.notice(sentence);
}
