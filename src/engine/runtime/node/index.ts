/** @file Door of `engine/runtime` on Node: sessions and devices, and which devices this machine has. */

export * from "../index.ts";
export { deviceProblem } from "./device-problem.ts";
export { parseDevice } from "./parse-device.ts";
