/** @file What new and resumed studies have in common: how they are shown, stopped, reported and answered for. */

import { plural } from "../../core/index.ts";
import type { StudyOutcome, StudySummary } from "../../study/index.ts";
import { commandLine } from "../terminal/typed-command.ts";
import { Interrupted, listenForInterrupt } from "../terminal/interrupt.ts";
import { createDisplay } from "../terminal/displays/create-display.ts";
import type { Display } from "../terminal/displays/display.ts";
import { writeAnySize } from "./write-any-size.ts";
import { writeReport } from "./write-report.ts";
import { sayAside } from "../terminal/say.ts";

/** Some runs failed; the others are done and reported. */
const FAILED_RUNS_EXIT_CODE = 1;

/** What a study needs while it runs. */
export interface Conduct {
  readonly display: Display;
  /** Aborted when the user wants it to stop. */
  readonly signal: AbortSignal;
}

interface ConductOptions {
  readonly directory: string;
  readonly json: boolean;
  /** False to leave the report to `graft report`. */
  readonly report?: boolean | undefined;
  readonly exportResize?: boolean | undefined;
}

/**
 * Runs `work` and writes the report of its study; returns the exit code.
 *
 * @throws Interrupted if a signal stopped it, after having said how to go on.
 */
export async function conductStudy(
  { directory, json, report = true, exportResize = false }: ConductOptions,
  work: (conduct: Conduct) => Promise<StudyOutcome>,
): Promise<number> {
  const display = await createDisplay({ json });
  // above the bars if there are any, and never among JSON
  const say = json || !process.stdout.isTTY ? undefined : display.notice;
  const interrupt = listenForInterrupt("stopping after this step; once more to stop at once.", say);
  const { signal } = interrupt;
  try {
    const { summary, interrupted } = await work({ display, signal }).catch((error: unknown) => {
      if (error instanceof Interrupted) sayLast("stopped before training began; nothing was written.", display);
      throw error;
    });
    if (interrupted) {
      sayLast(`stopped; what is done is saved. Go on by: ${commandLine(["resume", directory])}`, display);
      throw signal.reason;
    }
    const files = report ? await writtenReport(summary, { directory, signal, display }) : [];
    display.ended({ summary, directory, files });
    if (exportResize) display.notice(await writeAnySize(summary, directory));
    return exitCodeFor(summary, { display, teller: report ? "the report" : "summary.json" });
  } finally {
    display.close();
    interrupt.stop();
  }
}

/** @throws Interrupted if a signal stopped it, after having said how to write it. */
async function writtenReport(
  summary: StudySummary,
  { directory, signal, display }: Conduct & { directory: string },
): Promise<string[]> {
  return writeReport(summary, { directory, signal }).catch((error: unknown) => {
    const toGoOn = commandLine(["report", directory]);
    if (error instanceof Interrupted)
      sayLast(`stopped before the report was written; every run is saved. Write it by: ${toGoOn}`, display);
    throw error;
  });
}

/** `teller` is the file that says more. */
function exitCodeFor({ runs }: StudySummary, { display, teller }: { display: Display; teller: string }): number {
  const failed = runs.filter(({ status }) => status === "failed").length;
  if (failed === 0) return 0;
  sayLast(`${failed} of ${plural(runs.length, "run")} failed; ${teller} says why.`, display);
  return FAILED_RUNS_EXIT_CODE;
}

function sayLast(sentence: string, display: Display): void {
  display.close();
  sayAside(`graft: ${sentence}`);
}
