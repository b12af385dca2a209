/** @file The device that tests of graphs compute on: `GRAFT_TEST_DEVICE`, or the CPU. */

import { type Device, parseDevice } from "../../src/engine/runtime/node/index.ts";

/** Where tests compute. A device that does not work fails every file that asks, so nothing passes for having been left out. */
export const testDevice: Device = await parseDevice(process.env.GRAFT_TEST_DEVICE ?? "cpu");

/** For sessions of tests: one thread, on the tests' device. */
export const testSession = { threads: 1, device: testDevice } as const;

/** For titles of what only the CPU has: blocked images, threads that divide sums. */
export const onCpu = testDevice === "cpu";
