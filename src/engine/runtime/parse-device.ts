/** @file The device of a name, if it works on this machine. */

import { ConfigError, float32, unknownName } from "../../core/index.ts";
import { Operations } from "../onnx/index.ts";
import { type Device, devices } from "./device.ts";
import { createSession } from "./session.ts";

/** What a device needs that onnxruntime's package does not bring. */
const needs: Readonly<Record<Exclude<Device, "cpu">, string>> = {
  webgpu: "It needs a graphics card with a driver for Vulkan, Metal or Direct3D 12.",
  cuda: "It needs an NVIDIA card and onnxruntime's CUDA libraries beside the package.",
};

/**
 * The device of a name the user wrote. Devices other than the CPU are tried with a small graph, since
 * onnxruntime's package is built for more than a machine has.
 *
 * @throws ConfigError if there is no such device, or it does not work here.
 */
export async function parseDevice(name: string): Promise<Device> {
  const device = devices.find((candidate) => candidate === name);
  if (device === undefined) throw unknownName(name, devices, "device");
  if (device !== "cpu") await tryDevice(device);
  return device;
}

async function tryDevice(device: Exclude<Device, "cpu">): Promise<void> {
  const g = new Operations();
  const x = g.input("x", "float32", [1]);
  g.output(g.add(x, x), "y");
  try {
    const session = await createSession(g.build("device"), { device });
    await session.run({ x: float32([1]) });
    await session.close();
  } catch (cause) {
    const reason = (cause as Error).message.trim().replace(/\.$/, "");
    // onnxruntime puts the place in its own source first
    const words = reason.slice(reason.lastIndexOf(" was false. ") + 1).replace(/^was false\. /, "");
    throw new ConfigError(
      `device: expected one that works on this machine, got "${device}" (${words}). ${needs[device]} Use --device cpu.`,
      { cause },
    );
  }
}
