/** @file A worker: does the units of work that are written to it, and tells of them, until nothing more can come. */

import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { type StudyEvent, type StudyWorker, type UnitOptions, joinStudy, whenFree } from "../study/index.ts";
import { type Message, eventLine, failureLine, parseUnit } from "./messages.ts";

/** Batches come by the thousand; ten of them a second are told. */
const LEAST_INTERVAL_MS = 100;

/** How a worker is fed, and what it opens. */
export interface ServeOptions extends Pick<
  UnitOptions,
  "openData" | "signal" | "checkpointEveryMs" | "anyMachine" | "sharers"
> {
  /** A unit a line, as JSON. */
  input: Readable;
  /** Writes a line of JSON; the line feed is its own. */
  write: (line: string) => void;
}

/**
 * Works on the study in a folder until `input` ends: a unit that is under way then is stopped, with its state saved, for
 * whoever wrote it is not there any more. Where another process is at the same unit, its end is waited for. Whatever a
 * unit throws is told, and ends the worker.
 */
export async function serveUnits(
  directory: string,
  { input, write, signal, openData, ...options }: ServeOptions,
): Promise<void> {
  const tell = (message: Message): void => write(JSON.stringify(message));
  const gone = new AbortController();
  const lines = createInterface({ input });
  lines.once("close", () => gone.abort(new Error("nobody coordinates the study any more")));
  const stopping = signal === undefined ? gone.signal : AbortSignal.any([signal, gone.signal]);
  let worker: StudyWorker | undefined;
  try {
    for await (const line of lines) {
      const unit = parseUnit(line);
      const open = {
        ...options,
        openData,
        signal: stopping,
        listener: rarely((event) => tell({ type: "event", event: eventLine(event) })),
      };
      const joined = (worker ??= await joinStudy(directory, open));
      tell({ type: "over", interrupted: await whenFree(() => joined.work(unit), { signal: stopping }) });
      if (stopping.aborted) break;
    }
  } catch (error) {
    if (stopping.aborted && error === stopping.reason) return tell({ type: "over", interrupted: true });
    tell({ type: "failed", failure: failureLine(error) });
  } finally {
    worker?.close();
    lines.close();
  }
}

/** Passes on what begins and ends, and of what is under way so much that it can be shown. */
function rarely(tell: (event: StudyEvent) => void): (event: StudyEvent) => void {
  let last = -Infinity;
  return (event) => {
    const isFrequent = ["batch", "features", "stage-progress", "tuning"].includes(event.type);
    if (isFrequent && performance.now() - last < LEAST_INTERVAL_MS) return;
    if (isFrequent) last = performance.now();
    tell(event);
  };
}
