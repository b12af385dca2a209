/** @file Lets many pieces of work run at once as long as they take little memory together. */

/** Starts a piece of work that takes so many bytes once there is room for it. */
export type MemoryGate = <T>(sizeBytes: number, work: () => Promise<T>) => Promise<T>;

/** Work begins in order, while all of it takes at most `limitBytes`; what alone takes more runs alone. */
export function createMemoryGate(limitBytes: number): MemoryGate {
  let used = 0;
  const waiting: { sizeBytes: number; start: () => void }[] = [];
  const fits = (sizeBytes: number): boolean => used === 0 || used + sizeBytes <= limitBytes;
  const letIn = (): void => {
    while (waiting.length > 0 && fits(waiting[0].sizeBytes)) {
      const [{ sizeBytes, start }] = waiting.splice(0, 1);
      used += sizeBytes;
      start();
    }
  };
  return async (sizeBytes, work) => {
    if (waiting.length === 0 && fits(sizeBytes)) used += sizeBytes;
    else await new Promise<void>((start) => waiting.push({ sizeBytes, start }));
    try {
      return await work();
    } finally {
      used -= sizeBytes;
      letIn();
    }
  };
}
