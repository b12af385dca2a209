/** @file Door of `engine/runtime`: sessions and devices. */

export { availableDevices, parseDevice, type Device } from "./device.ts";
export { createModelSession, createSession, type Session, type SessionOptions, type Tensors } from "./session.ts";
