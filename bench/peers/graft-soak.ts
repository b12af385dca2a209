/**
 * @file Trains for long and tells by how many megabytes the process has grown after its first steps, as a line of JSON.
 * Every 500 steps the network is evaluated, as after an epoch.
 */

import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { parseDevice } from "../../src/engine/runtime/node/index.ts";
import { evaluate } from "../../src/engine/training/index.ts";
import { benchNetwork } from "./bench-networks.ts";
import { IMAGES, trainingOf } from "./graft-training.ts";

/** Steps between two looks at the memory. */
const INTERVAL = 500;
const BATCH = 8;

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "5000" },
    // not counted, since buffers are made then, and the allocator finds out how much it wants to keep
    "warm-up": { type: "string", default: "2500" },
    threads: { type: "string", default: "2" },
    device: { type: "string", default: "cpu" },
    frozen: { type: "string" },
    folder: { type: "string" },
  },
});
const { gc } = globalThis;
if (gc === undefined) throw new Error("graft-soak: expected Node with --expose-gc, got it without.");
const session = { threads: Number(values.threads), device: await parseDevice(values.device) };
const network = benchNetwork("classic-cnn");
const { trainer, data } = trainingOf(network, { frozen: values.frozen, batch: BATCH, session });
const residentMb: number[] = [];
// as many steps in a call as training takes
const group = Array.from({ length: trainer.stepsAtOnce(BATCH) }, (_, index) => index);
const steps = Number(values["warm-up"]) + Number(values.steps);
for (let done = 0; done < steps; done += group.length) {
  await trainer.steps(
    group.map(() => data),
    group.map((index) => ({ step: done + index, learningRate: 0.001 })),
  );
  if (Math.floor((done + group.length) / INTERVAL) === Math.floor(done / INTERVAL)) continue;
  if (values.frozen === undefined) {
    await evaluate({ network, parameters: await trainer.parameters(), input: IMAGES }, [data], session);
  }
  residentMb.push(await settledMb(gc));
}
await trainer.close();
const first = residentMb[Math.floor(Number(values["warm-up"]) / INTERVAL) - 1];
console.log(JSON.stringify({ value: residentMb[residentMb.length - 1] - first, details: { residentMb } }));
process.exit(0);

/** Resident memory once nothing is left to be given back: buffers outside the heap go a turn after their owners. */
async function settledMb(collect: () => void): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await setImmediate();
  }
  return process.memoryUsage().rss / 1e6;
}
