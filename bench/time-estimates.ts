/**
 * @file `npm run bench:estimates [-- NAME…]`: how true the times are that a study tells of itself.
 *
 * Five studies of different kinds, or those that are named, run one after the other; what each said before its first run, and the time left that it
 * told after a tenth of its own time, are held against the time that it took. Nothing else should run meanwhile.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { lookUp } from "../src/core/index.ts";

const graft = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));

/** Of the study. */
const EARLY = 0.1;

const small = ["--data", "shapes10", "--offline"];
const studies: Record<string, string[]> = {
  quick: ["--preset", "quick", ...small],
  "classic, two epochs": ["--preset", "classic", "--epochs", "2", ...small],
  "three budgets, two seeds": ["--preset", "quick", "--images-per-class", "5,20,100", "--seeds", "2", ...small],
  tuned: ["--preset", "quick", "--strategies", "last-layer,full", "--images-per-class", "50", "--tune", ...small],
  "another network": ["--preset", "quick", "--architecture", "resnet-20", "--strategies", "scratch,full", ...small],
};

/** What a study told, in milliseconds from the start of its process. */
interface Told {
  readonly range: { readonly lowMs: number; readonly highMs: number; readonly atMs: number } | null;
  readonly left: readonly { readonly atMs: number; readonly leftMs: number }[];
  readonly endMs: number;
}

interface Event {
  readonly type: string;
  readonly studyTimeLeftMs?: number | null;
  readonly forecast?: { readonly time: { readonly lowMs: number; readonly highMs: number } | null };
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(studies);
console.log(`${cpus()[0].model}`);
for (const name of names) {
  const options = lookUp(studies, name, "study");
  const { range, left, endMs } = await listenTo(options);
  const early = left.find(({ atMs }) => atMs >= EARLY * endMs);
  const factor = early === undefined ? null : early.leftMs / (endMs - early.atMs);
  const before =
    range === null
      ? "said nothing before"
      : `said ${seconds(range.lowMs)} to ${seconds(range.highMs)} before, took ${seconds(endMs - range.atMs)}`;
  console.log(
    `${name}: ${before}; after a tenth it told ${factor === null ? "nothing" : `${factor.toFixed(2)} times`} what was left`,
  );
}

async function listenTo(options: readonly string[]): Promise<Told> {
  const folder = mkdtempSync(join(tmpdir(), "graft-estimates-"));
  try {
    const began = performance.now();
    const child = spawn(process.execPath, [graft, "run", "--json", "--out", join(folder, "study"), ...options], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let range: Told["range"] = null;
    const left: { atMs: number; leftMs: number }[] = [];
    let endMs = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const event = JSON.parse(line) as Event;
      const atMs = performance.now() - began;
      if (event.forecast !== undefined && event.forecast.time !== null) range = { ...event.forecast.time, atMs };
      if (typeof event.studyTimeLeftMs === "number") left.push({ atMs, leftMs: event.studyTimeLeftMs });
      if (event.type === "study-finished") endMs = atMs;
    }
    return { range, left, endMs };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(0)} s`;
}
