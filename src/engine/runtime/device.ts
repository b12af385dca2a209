/** @file Where a session computes. */

import { loadOnnxruntime } from "./onnxruntime.ts";

/** Every device, working here or not. */
export const devices = ["cpu", "webgpu", "cuda"] as const;

/** An execution provider of onnxruntime. */
export type Device = (typeof devices)[number];

/** The devices that this build of onnxruntime can be asked for. */
export async function availableDevices(): Promise<Device[]> {
  const { listSupportedBackends } = await loadOnnxruntime();
  const names = new Set(listSupportedBackends().map((backend) => backend.name));
  return devices.filter((device) => names.has(device));
}
