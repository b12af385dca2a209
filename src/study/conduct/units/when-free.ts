/** @file Waits where another process is at the same unit of work: it may be about to end, or not be there any more. */

import { setTimeout as sleep } from "node:timers/promises";
import { NotYetError } from "../../../core/index.ts";

const POLL_MS = 1000;
/** A process of another machine that was killed is known to have ended after two minutes. */
const PATIENCE_MS = 150_000;

/** How long to wait, and whom to tell of it. */
export interface Patience {
  patienceMs?: number;
  signal: AbortSignal | undefined;
  /** Told once. */
  onWait?: (error: NotYetError) => void;
}

/**
 * Does a unit once no other process holds its lock.
 *
 * @returns True if the signal stopped it.
 * @throws NotYetError if another process still holds it, or whatever the unit throws.
 */
export async function whenFree(
  work: () => Promise<boolean>,
  { patienceMs = PATIENCE_MS, signal, onWait = () => {} }: Patience,
): Promise<boolean> {
  const began = performance.now();
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const isHeld = error instanceof NotYetError && error.isLocked;
      if (!isHeld || performance.now() - began > patienceMs) throw error;
      if (tries === 0) onWait(error);
      await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => {});
      if (signal?.aborted === true) return true;
    }
  }
}
