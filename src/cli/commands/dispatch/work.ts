/** @file `graft work`: trains runs of a study, for whoever coordinates it or for a queue. */

import { fstatSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { ConfigError, DeviceError, NotYetError } from "../../../core/index.ts";
import { serveUnits, workOnUnits } from "../../../dispatch/index.ts";
import { type Unit, unitNamed } from "../../../study/index.ts";
import { listenForInterrupt } from "../../terminal/interrupt.ts";
import { createDisplay } from "../../terminal/displays/create-display.ts";
import { muteDisplay } from "../../terminal/displays/mute-display.ts";
import { failureOf } from "../../terminal/failure.ts";
import { commandLine } from "../../terminal/typed-command.ts";
import { parseWhole } from "../../options/parse-values.ts";
import { openStudy } from "../../study/open-study.ts";
import { sayAside } from "../../terminal/say.ts";

const STDIN = 0;
/** `EX_TEMPFAIL` of sysexits: a queue may try again. */
const AGAIN_EXIT_CODE = 75;

/** What the command line holds. */
export interface WorkOptions {
  readonly study: string;
  readonly json?: true;
  readonly offline?: true;
  readonly anyMachine?: true;
  readonly sharers?: string;
}

/** Does the units of work that are named, or else those that come on standard input; returns the exit code. */
export async function work(names: readonly string[], options: WorkOptions): Promise<number> {
  return names.length === 0 ? serve(options) : workOn(names.map(unitNamed), options);
}

/** Until standard input ends. */
async function serve({ study: directory, offline, anyMachine, sharers }: WorkOptions): Promise<number> {
  const input = openPipe();
  // who coordinates says what there is to say
  const { signal, stop } = listenForInterrupt("", () => {});
  try {
    await serveUnits(directory, {
      input,
      write: (line) => void process.stdout.write(`${line}\n`),
      openData: (config) => openStudy(config, { display: muteDisplay, signal, offline: offline === true }),
      anyMachine,
      sharers: sharersFrom(sharers),
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
    "work: expected the names of runs, or units of work on standard input, got neither. Name runs of graft status.",
  );
}

function sharersFrom(typed: string | undefined): number | undefined {
  return typed === undefined ? undefined : parseWhole(typed, "--sharers", { min: 1, max: 256 });
}

/** One after another; the study's summary is left to whoever finishes it. */
async function workOn(
  units: readonly Unit[],
  { study: directory, json, offline, anyMachine, sharers }: WorkOptions,
): Promise<number> {
  const display = await createDisplay({ json: json === true });
  const { signal, stop } = listenForInterrupt("stopping after this step; once more to stop at once.");
  try {
    const interrupted = await workOnUnits(directory, units, {
      openData: (config) => openStudy(config, { display, signal, offline: offline === true }),
      anyMachine,
      sharers: sharersFrom(sharers),
      listener: display.listener,
      onWait: (error) => display.notice(`${error.message} Waiting for it.`),
      signal,
    });
    if (interrupted) throw signal.reason;
    return 0;
  } catch (error) {
    if (!(error instanceof NotYetError || error instanceof DeviceError)) throw error;
    display.close();
    sayAside(`${failureOf(error).message} Try again later: ${commandLine(["work", ...process.argv.slice(3)])}`);
    return AGAIN_EXIT_CODE;
  } finally {
    display.close();
    stop();
  }
}
