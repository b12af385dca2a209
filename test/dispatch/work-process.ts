/**
 * @file A worker of a small study, as `graft work` is one of the user's: `node work-process.ts <job> --study <folder>`.
 *
 * It may be told to kill itself after an event, as the system does with what takes too much memory.
 */

import { existsSync, writeFileSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { serveUnits } from "../../src/dispatch/index.ts";
import { smallDataset, tellingDataset } from "../study/small-dataset.ts";

/** What the process is told. */
export interface WorkJob {
  trainImagesPerClass?: number;
  /** On classes that short runs can tell apart. */
  telling?: boolean;
  /** Ends at once after an event of this type and run, every time or, where there is a path, until a file is there. */
  dies?: { type: string; run: string; epoch?: number; oncePath?: string };
}

const [job, , directory] = process.argv.slice(2);
const { trainImagesPerClass = 16, telling = false, dies } = JSON.parse(job) as WorkJob;
const dataset = telling ? tellingDataset() : smallDataset({ trainImagesPerClass });

await serveUnits(directory, {
  input: process.stdin,
  write: (line) => {
    try {
      writeSync(1, `${line}\n`);
    } catch {
      // nobody listens any more
      process.exit();
    }
    if (isFatal(line)) process.kill(process.pid, "SIGKILL");
  },
  openData: async () => {
    // a worker that starts slowly, so that two do not always begin in their order
    await sleep(process.pid % 50);
    return { dataset };
  },
  checkpointEveryMs: 0,
});

function isFatal(line: string): boolean {
  const { event } = JSON.parse(line) as {
    event?: { type: string; run?: string | { id: string }; record?: { epoch: number } };
  };
  if (dies === undefined || event?.type !== dies.type) return false;
  const run = typeof event.run === "object" ? event.run.id : event.run;
  if (run !== dies.run || (dies.epoch !== undefined && event.record?.epoch !== dies.epoch)) return false;
  if (dies.oncePath === undefined) return true;
  if (existsSync(dies.oncePath)) return false;
  writeFileSync(dies.oncePath, "");
  return true;
}
