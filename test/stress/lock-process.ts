/** @file A process that takes a lock whenever it is told a place, says what came of it, and gives it back at the next line. */

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigError } from "../../src/core/index.ts";
import { type Lock, takeLock } from "../../src/files/index.ts";

/** What it is told. */
export type LockOrder = { take: string; afterMs: number } | "release";
/** What it answers. */
export type LockAnswer = "held" | "refused" | "released";

let lock: Lock | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as LockOrder;
  console.log(JSON.stringify(order === "release" ? await release() : await take(order)));
}

async function take({ take: path, afterMs }: Exclude<LockOrder, "release">): Promise<LockAnswer> {
  await sleep(afterMs);
  try {
    lock = await takeLock(path, "racer");
    return "held";
  } catch (error) {
    if (error instanceof ConfigError) return "refused";
    throw error;
  }
}

async function release(): Promise<LockAnswer> {
  await lock?.release();
  lock = undefined;
  return "released";
}
