/** @file How many threads this machine can run at a time. */

/** As many as there are cores that this process may use. */
export function machineThreads(): number {
  return navigator.hardwareConcurrency;
}
