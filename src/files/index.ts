/** @file Door of `files`: what rooms ask of a machine's files, whole or not at all. */

export { type Lock, holderOf, ifUnlocked, requireLocks, takeLock, withLock } from "./lock.ts";
export { kindOf, requireFile, readWholeFile, readWholeFileSync } from "./read-file.ts";
export { blankSeal, checkSeal, requireSeal, seal } from "./seal.ts";
export { sha256 } from "./sha256.ts";
export { removeHalfWritten, writeFileAtomic, writeFileNew } from "./write-file.ts";
