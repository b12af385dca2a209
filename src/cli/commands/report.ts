/** @file `graft report`: makes a study's report anew from its records. */

import { readSummary } from "../../study/index.ts";
import { listenForInterrupt } from "../terminal/interrupt.ts";
import { writeAnySize } from "../study/write-any-size.ts";
import { writeReport } from "../study/write-report.ts";
import { endLines } from "../terminal/displays/end-lines.ts";
import { say } from "../terminal/say.ts";

/** What the command line holds. */
export interface ReportOptions {
  readonly exportResize?: true;
}

/** Writes all report files of the study in `directory`, also of an unfinished one. */
export async function report(directory: string, { exportResize }: ReportOptions = {}): Promise<number> {
  const summary = await readSummary(directory);
  const interrupt = listenForInterrupt("stopped; the report is as it was.");
  const files = await writeReport(summary, { directory, signal: interrupt.signal }).finally(interrupt.stop);
  const { columns } = process.stdout;
  const lines = endLines({ summary, directory, files }, columns === undefined ? {} : { width: columns });
  process.stdout.write(`${lines.join("\n").trimStart()}\n`);
  if (exportResize === true) say(await writeAnySize(summary, directory));
  return 0;
}
