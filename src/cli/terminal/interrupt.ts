/** @file Ctrl-C and its kin: the first signal asks a command's work to stop. */

import { constants } from "node:os";
import { type StopSignal, onFirstSignal } from "./signals.ts";
import { sayAside } from "./say.ts";

/** Thrown out of work that a signal stopped. */
export class Interrupted extends Error {
  override name = "Interrupted";
  /** As of a process that the signal ended. */
  readonly exitCode: number;

  constructor(stopSignal: StopSignal) {
    super(`stopped by ${stopSignal}`);
    this.exitCode = 128 + constants.signals[stopSignal];
  }
}

/** Listens for signals until it is stopped. */
export interface InterruptListener {
  /** Aborted by the first signal, with an `Interrupted` as its reason. */
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/** The first signal stops the work and is answered by a sentence; the next one ends the process at once. */
export function listenForInterrupt(sentence: string, say: (line: string) => void = sayAside): InterruptListener {
  const controller = new AbortController();
  const { stop } = onFirstSignal(sentence, (stopSignal, says) => {
    controller.abort(new Interrupted(stopSignal));
    if (says) say(`graft: ${sentence}`);
  });
  return { signal: controller.signal, stop };
}
