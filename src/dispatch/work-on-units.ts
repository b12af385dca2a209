/** @file Units of work as the body of a queue's job: done one after another, each where nobody else is at it. */

import type { NotYetError } from "../core/index.ts";
import { type Unit, type UnitOptions, joinStudy, whenFree } from "../study/index.ts";

/** What units are done with. */
export interface WorkOptions extends UnitOptions {
  /** Told once where another process is at the same unit. */
  onWait?: (error: NotYetError) => void;
}

/**
 * Does units of the study in a folder, on what every unit needs opened once. Units that are done are left as they are,
 * and so are runs that diverged. Where another process holds a unit's lock, its end or its silence is waited for.
 *
 * @returns True if the signal stopped it.
 * @throws ConfigError if the study has no such unit, or its data are others.
 * @throws NotYetError if what a unit starts from is not there yet, or another process is still at it.
 * @throws DeviceError if the device fails; it can be done again.
 */
export async function workOnUnits(
  directory: string,
  units: readonly Unit[],
  { onWait, ...options }: WorkOptions,
): Promise<boolean> {
  const worker = await joinStudy(directory, options);
  try {
    for (const unit of units) {
      const interrupted = await whenFree(() => worker.work(unit), {
        signal: options.signal,
        ...(onWait === undefined ? {} : { onWait }),
      });
      if (interrupted) return true;
    }
    return false;
  } finally {
    worker.close();
  }
}
