/** @file Ctrl-C and its kin: the first signal asks the work to stop, the second ends the process. */

/** Exit codes of a process that a signal ended: 128 and the signal's number. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** npm hands a Ctrl-C on that the terminal has already sent: the same signal within this time is one. */
const SAME_SIGNAL_MS = 500;

/** A signal that Graft stops for. */
export type StopSignal = keyof typeof exitCodes;

/** Thrown out of work that a signal stopped. */
export class Interrupted extends Error {
  override name = "Interrupted";
  readonly exitCode: number;

  constructor(stopSignal: StopSignal) {
    super(`stopped by ${stopSignal}`);
    this.exitCode = exitCodes[stopSignal];
  }
}

/** Listens for signals until it is stopped. */
export interface InterruptListener {
  /** Aborted by the first signal, with an `Interrupted` as its reason. */
  readonly signal: AbortSignal;
  readonly stop: () => void;
}

/** Tells of the first signal through `onFirst`; the next one ends the process at once. */
export function listenForInterrupt(onFirst: () => void): InterruptListener {
  const controller = new AbortController();
  let lastAt = -Infinity;
  let last: StopSignal | undefined;
  const onSignal = (stopSignal: StopSignal): void => {
    const isEcho = stopSignal === last && Date.now() - lastAt < SAME_SIGNAL_MS;
    [last, lastAt] = [stopSignal, Date.now()];
    if (isEcho) return;
    if (controller.signal.aborted) return process.exit(exitCodes[stopSignal]);
    controller.abort(new Interrupted(stopSignal));
    return onFirst();
  };
  const signals: StopSignal[] = ["SIGHUP", "SIGINT", "SIGTERM"];
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
