/** @file The device that tests of graphs compute on: `GRAFT_TEST_DEVICE`, or the CPU. */

import { type Device, parseDevice } from "../../src/engine/runtime/index.ts";

/** Where tests compute. A device that does not work fails every file that asks, so nothing passes for having been left out. */
export const testDevice: Device = await parseDevice(process.env.GRAFT_TEST_DEVICE ?? "cpu");
