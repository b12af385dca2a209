/** @file What both programs of this folder have in common: options, the classic network's shapes, and the protocol. */

import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { batch: { type: "string", default: "8" } } });

/** Images of one step. */
export const batch = Number(values.batch);
export const IMAGE_SIZE = 32;
export const CLASSES = 10;
export const DROPOUT = 0.4;
export const LEARNING_RATE = 0.01;
export const MOMENTUM = 0.9;
/** Input channels and filters of the four 3x3 convolutions; the second and the fourth are pooled. */
export const CONVOLUTIONS = /** @type {const} */ ([
  [3, 32],
  [32, 64],
  [64, 32],
  [32, 64],
]);
/** Inputs and units of the two dense layers. */
export const DENSE = /** @type {const} */ ([
  [64 * 8 * 8, 128],
  [128, CLASSES],
]);

/**
 * Warms up by one step, says so, and answers each line "run <steps>" until "quit".
 *
 * @param {() => Promise<number>} step trains on one batch and gives its loss once all is computed
 */
export async function serve(step) {
  await step();
  console.log(JSON.stringify({ ready: true }));
  for await (const line of createInterface(process.stdin)) {
    if (line === "quit") break;
    const steps = Number(line.replace("run ", ""));
    const started = performance.now();
    let loss = NaN;
    for (let count = 0; count < steps; count++) loss = await step();
    if (!Number.isFinite(loss)) throw new Error(`expected a finite loss, got ${loss}`);
    const seconds = (performance.now() - started) / 1000;
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    console.log(JSON.stringify({ imagesPerSecond: (steps * batch) / seconds, steps, seconds, peakRssBytes, loss }));
  }
  process.exit(0);
}
