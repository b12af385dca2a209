/** @file Works on many images at a time. */

import { availableParallelism } from "node:os";

/**
 * Images being read at once.
 *
 * The thread pool in which they are decoded has four threads unless it is told
 * otherwise; as many again wait, so that no thread does.
 */
const IN_FLIGHT = 2 * Math.max(4, availableParallelism());

/** Does the work for every item, begun in order, many at a time. */
export async function forEachInFlight<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      signal?.throwIfAborted();
      const index = next++;
      await work(items[index], index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, items.length) }, worker));
}
