/** @file Door of `files`: what rooms ask of a machine's files, whole or not at all. */

export { removeStaleLock, withLock } from "./lock.ts";
export { sha256 } from "./sha256.ts";
export { writeFileAtomic } from "./write-file.ts";
