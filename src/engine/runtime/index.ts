/** @file Door of `engine/runtime`: sessions and devices. */

export { imageBlockSize } from "./block-size.ts";
export { devices, type Device } from "./device.ts";
export { machineThreads } from "./machine-threads.ts";
export { onnxruntimeVersion } from "./onnxruntime.ts";
export { NEXT, residentTensors, type ResidentTensors } from "./resident.ts";
export {
  createModelSession,
  createSession,
  type DeviceTensor,
  type GraphSessionOptions,
  type Session,
  type SessionOptions,
  type Tensors,
} from "./session.ts";
