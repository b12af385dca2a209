/** @file Says whether it is time again. */

/** True at the first call, then at most once every `intervalMs`. */
export function atMostEvery(intervalMs: number, now: () => number): () => boolean {
  let last = -Infinity;
  return () => {
    if (now() - last < intervalMs) return false;
    last = now();
    return true;
  };
}
