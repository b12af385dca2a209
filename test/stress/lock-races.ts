/**
 * @file Six processes race for one stale lock, again and again: `node test/stress/lock-races.ts [rounds] [seed]`.
 *
 * One of them must hold it each time. Then the same with three of the six in process namespaces of their own, as in
 * containers that share a folder; that part is left out, and says so, where the system does not allow them.
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type RandomStream, stream } from "../../src/core/index.ts";
import type { LockAnswer, LockOrder } from "./lock-process.ts";

const RACERS = 6;
/** Longer than a holder elsewhere may be silent. */
const SILENT_MS = 180_000;
/** Within which all set out. */
const SPREAD_MS = 4;

const [rounds = 100, seed = 1] = process.argv.slice(2).map(Number);
/** A process of a new namespace: one that sees its own /proc, or where that is not allowed the outer one. */
const namespaces = [
  ["unshare", "-rp", "--fork", "--mount-proc"],
  ["unshare", "-rp", "--fork"],
].find(([command, ...args]) => spawnSync(command, [...args, "true"]).status === 0);

await race("in one process namespace", () => []);
if (namespaces === undefined) console.log("in several process namespaces: skipped, the system does not allow them");
else await race("in several process namespaces", (racer) => (racer < RACERS / 2 ? [] : namespaces));

async function race(where: string, launcherOf: (racer: number) => readonly string[]): Promise<void> {
  const random = stream(seed, "lock-races");
  const folder = mkdtempSync(join(tmpdir(), "graft-races-"));
  const path = join(folder, "x.lock");
  const racers = Array.from({ length: RACERS }, (_, racer) => startRacer(launcherOf(racer)));
  const holders = new Map<number, number>();
  try {
    for (let round = 0; round < rounds; round++) {
      leaveStale(path, random);
      const answers = await Promise.all(
        racers.map(({ tell }) => tell({ take: path, afterMs: random.uniform() * SPREAD_MS })),
      );
      const held = answers.filter((answer) => answer === "held").length;
      holders.set(held, (holders.get(held) ?? 0) + 1);
      for (const { tell } of racers) await tell("release");
      const left = readdirSync(folder);
      if (left.length > 0)
        throw new Error(`round ${round}, seed ${seed}: expected an empty folder, got ${left.join(", ")}`);
    }
  } finally {
    for (const { child } of racers) child.stdin?.end();
    rmSync(folder, { recursive: true, force: true });
  }
  const figures = [...holders].map(
    ([held, times]) => `${times} of ${rounds} races with ${held} of ${RACERS} holding it`,
  );
  console.log(`${where}: ${figures.join(", ")} (seed ${seed})`);
  if (holders.get(1) !== rounds) process.exitCode = 1;
}

/** What killed processes leave: one that has ended, one from elsewhere that fell silent, nothing at all, half a line. */
function leaveStale(path: string, random: RandomStream): void {
  const { pid } = spawnSync("true");
  const holder = { token: "t", host: "h", bootId: "b", pidNamespace: "n", pid, startTime: "1" };
  const lefts = [`${JSON.stringify(holder)}\n`, "", '{"token":"', `${pid}\n`];
  writeFileSync(path, lefts[random.integer(lefts.length)]);
  const renewed = new Date(Date.now() - SILENT_MS);
  utimesSync(path, renewed, renewed);
}

function startRacer(launcher: readonly string[]): {
  child: ChildProcess;
  tell: (order: LockOrder) => Promise<LockAnswer>;
} {
  const program = fileURLToPath(new URL("lock-process.ts", import.meta.url));
  const [command, ...args] = [...launcher, process.execPath, program];
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    tell: async (order) => {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`expected an answer to ${JSON.stringify(order)}, got none`);
      return JSON.parse(value) as LockAnswer;
    },
  };
}
