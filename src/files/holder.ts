/** @file The process that holds a lock, named so that any other can tell whether it is still there. */

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";

/**
 * A holder that others cannot look for has ended if its lock was not renewed for so long.
 *
 * Twelve renewals, and more than the 100 s by which network file systems may be behind.
 */
const SILENCE_MS = 120_000;

/** Whoever holds a lock; what the system does not tell is null. */
export type Holder = z.infer<typeof holderSchema>;

const holderSchema = z.strictObject({
  /** One for each time that a lock is taken. */
  token: z.string(),
  host: z.string(),
  /** Of the system, since it was last started. */
  bootId: z.string().nullable(),
  /** What `pid` counts in: containers have one each. */
  pidNamespace: z.string().nullable(),
  pid: z.int().min(1),
  /** Of the process, in the system's own count: a number that is used again is another process. */
  startTime: z.string().nullable(),
});

/** This process, as the holder of a lock. */
export function thisProcess(token: string): Holder {
  return {
    token,
    host: hostname(),
    bootId: told(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()),
    pidNamespace: told(() => readlinkSync("/proc/self/ns/pid")),
    pid: process.pid,
    startTime: startTimeOf("self"),
  };
}

/** As a lock file holds it. */
export function formatHolder(holder: Holder): string {
  return `${JSON.stringify(holder)}\n`;
}

/** The holder in `text`; undefined where that is empty, torn or something else. */
export function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** True if a holder has certainly ended, or is elsewhere and did not renew its lock for `silentMs`. */
export function hasEnded(holder: Holder, silentMs: number): boolean {
  const isSilent = silentMs > SILENCE_MS;
  if (!isHere(holder)) return isSilent;
  if (!isRunning(holder.pid)) return true;
  // a process that sees another namespace's /proc would take a stranger for the holder
  const startTime = told(() => readlinkSync("/proc/self")) === String(process.pid) ? startTimeOf(holder.pid) : null;
  return startTime === null || holder.startTime === null ? isSilent : startTime !== holder.startTime;
}

/** As a sentence names a holder. */
export function describeHolder(holder: Holder): string {
  return isHere(holder)
    ? `process ${holder.pid}`
    : `process ${holder.pid} of another machine or container (${holder.host})`;
}

/** True if its process number means here what it means to the holder. */
function isHere({ host, bootId, pidNamespace }: Pick<Holder, "host" | "bootId" | "pidNamespace">): boolean {
  const here = thisProcess("");
  if (bootId !== here.bootId || pidNamespace !== here.pidNamespace) return false;
  return process.platform === "linux" ? bootId !== null && pidNamespace !== null : host === here.host;
}

function isRunning(pid: number): boolean {
  try {
    // Signal 0 only asks whether the process is there.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** "ended" for a process that is only still listed; null where the system does not tell. */
function startTimeOf(pid: number | "self"): string | null {
  // the name, which may hold anything, is in parentheses; then come the state and, as 20th, the start
  const fields = told(() => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" "));
  return fields?.[0] === "Z" ? "ended" : (fields?.[19] ?? null);
}

function told<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
