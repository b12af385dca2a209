/** @file `graft work`: trains runs of a study for whoever coordinates it. */

import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { ConfigError } from "../../core/index.ts";
import { serveUnits } from "../../dispatch/index.ts";
import { listenForInterrupt } from "../terminal/interrupt.ts";
import { muteDisplay } from "../terminal/displays/mute-display.ts";
import { openStudy } from "../study/open-study.ts";

const STDIN = 0;

/** What the command line holds. */
export interface WorkOptions {
  readonly study: string;
}

/** Does the units of work that come on standard input until that ends; returns the exit code. */
export async function work({ study: directory }: WorkOptions): Promise<number> {
  const input = openPipe();
  // who coordinates says what there is to say
  const { signal, stop } = listenForInterrupt("", () => {});
  try {
    await serveUnits(directory, {
      input,
      write: (line) => void process.stdout.write(`${line}\n`),
      // whoever coordinates has opened them here before
      openData: (config) => openStudy(config, { display: muteDisplay, signal, offline: true }),
      signal,
    });
    return 0;
  } finally {
    input.destroy();
    stop();
  }
}

/** A thread's own standard input is always empty. */
function openPipe(): Readable {
  const found = fstatSync(STDIN);
  if (found.isFIFO() || found.isSocket()) return new Socket({ fd: STDIN, writable: false });
  throw new ConfigError(
    "work: expected units of work on standard input from a process that coordinates the study, got no pipe. Start it by graft run --jobs.",
  );
}
