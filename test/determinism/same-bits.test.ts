/** @file The same seed and threads give the same bits after long training; other numbers of threads nearly the same. */

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test, vi } from "vitest";
import { decodeSafetensors } from "../../src/engine/training/index.ts";
import type { TrainJob } from "./train-process.ts";

const program = fileURLToPath(new URL("train-process.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "graft-determinism-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A process of 500 steps takes about two seconds; longer where many others want the cores. */
const TIMEOUT_MS = 180_000;
const STEPS = 500;
/**
 * Allowed difference between one thread and two, relative to the largest weight.
 *
 * With another number of threads a matrix product adds up in another order, which rounds it otherwise by about 1e-7.
 */
const TOLERANCE = 1e-4;
/** ReLU and max pooling turn a difference of rounding into another decision sooner or later; not in so few steps. */
const STEPS_WITH_KINKS = 20;

vi.setConfig({ testTimeout: TIMEOUT_MS });

type Job = Omit<TrainJob, "path">;

/** What processes have left, by their job: one process may be compared with several others. */
const known = new Map<string, Promise<Buffer>>();

/** The bytes that a process leaves after training. */
function trained(job: Job): Promise<Buffer> {
  const key = [job.network, job.threads, job.seed, job.steps].join(" ");
  const bytes = known.get(key) ?? trainedAnew(job);
  known.set(key, bytes);
  return bytes;
}

/** The same by a process of its own. */
async function trainedAnew(job: Job): Promise<Buffer> {
  const path = join(mkdtempSync(join(folder, "job-")), "weights.safetensors");
  await promisify(execFile)(process.execPath, [program, JSON.stringify({ ...job, path } satisfies TrainJob)]);
  return readFileSync(path);
}

/** The largest difference of two parameters, relative to the largest parameter. */
function largestDifference(a: Buffer, b: Buffer): number {
  const [left, right] = [decodeSafetensors(a, "a").tensors, decodeSafetensors(b, "b").tensors];
  const names = Object.keys(left).filter((name) => !name.startsWith("slot/"));
  let [difference, largest] = [0, 0];
  for (const name of names) {
    const [x, y] = [left[name].data as Float32Array, right[name].data as Float32Array];
    for (const [index, value] of x.entries()) {
      difference = Math.max(difference, Math.abs(value - y[index]));
      largest = Math.max(largest, Math.abs(value));
    }
  }
  return difference / largest;
}

describe("two processes with the same seed and threads", () => {
  test.each(["classic", "residual"] as const)(
    `give the %s network the same bits, optimizer slots too, after ${STEPS} steps`,
    async (network) => {
      const job = { network, threads: 2, seed: 0, steps: STEPS };
      const once = await trained(job);
      expect((await trainedAnew(job)).equals(once)).toBe(true);
    },
  );
});

describe("one thread and two", () => {
  async function differenceOfThreads(network: TrainJob["network"], steps: number): Promise<number> {
    const job = { network, seed: 0, steps };
    return largestDifference(await trained({ ...job, threads: 1 }), await trained({ ...job, threads: 2 }));
  }

  test.each(["smooth", "residual"] as const)(
    `agree on the %s network's weights after ${STEPS} steps`,
    async (network) => {
      expect(await differenceOfThreads(network, STEPS)).toBeLessThan(TOLERANCE);
    },
  );

  test(`agree on the classic network's weights after ${STEPS_WITH_KINKS} steps`, async () => {
    expect(await differenceOfThreads("classic", STEPS_WITH_KINKS)).toBeLessThan(TOLERANCE);
  });
});

test("another seed gives other weights", async () => {
  const job = { network: "classic", threads: 2, steps: 1 } as const;
  const [first, second] = [await trained({ ...job, seed: 0 }), await trained({ ...job, seed: 1 })];
  expect(largestDifference(first, second)).toBeGreaterThan(0.1);
});
