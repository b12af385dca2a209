/** @file Work that takes turns, in the order in which it was asked for. */

/** Runs one piece of work after the other. */
export type InTurn = <T>(work: () => Promise<T> | T) => Promise<T>;

/** A queue of its own. */
export function inTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
