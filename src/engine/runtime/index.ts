/** @file Door of `engine/runtime`: sessions and devices. */

export { imageBlockSize } from "./block-size.ts";
export { availableDevices, type Device } from "./device.ts";
export { parseDevice } from "./parse-device.ts";
export { onnxruntimeVersion } from "./onnxruntime.ts";
export { createModelSession, createSession, type Session, type SessionOptions, type Tensors } from "./session.ts";
