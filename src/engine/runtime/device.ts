/** @file Where a session computes. */

import { ConfigError, unknownName } from "../../core/index.ts";
import { loadOnnxruntime } from "./onnxruntime.ts";

const devices = ["cpu", "webgpu", "cuda"] as const;

/** An execution provider of onnxruntime. */
export type Device = (typeof devices)[number];

/** The devices that this build of onnxruntime can be asked for. */
export async function availableDevices(): Promise<Device[]> {
  const { listSupportedBackends } = await loadOnnxruntime();
  const names = new Set(listSupportedBackends().map((backend) => backend.name));
  return devices.filter((device) => names.has(device));
}

/**
 * The device of a name the user wrote.
 *
 * @throws ConfigError if there is no such device, or this machine's onnxruntime has none.
 */
export async function parseDevice(name: string): Promise<Device> {
  const device = devices.find((candidate) => candidate === name);
  if (device === undefined) throw unknownName(name, devices, "device");
  const available = await availableDevices();
  if (!available.includes(device)) {
    throw new ConfigError(`device: expected one that onnxruntime has here (${available.join(", ")}), got "${name}".`);
  }
  return device;
}
