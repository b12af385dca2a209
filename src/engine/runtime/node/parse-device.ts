/** @file The device of a name, if it works on this machine. */

import { ConfigError, unknownName } from "../../../core/index.ts";
import { type Device, deviceNeeds, devices } from "../device.ts";
import { deviceProblem } from "./device-problem.ts";

/**
 * The device of a name the user wrote. Devices other than the CPU are tried first.
 *
 * `others` are further names that the caller knows, for the list in the message.
 *
 * @throws ConfigError if there is no such device, or it does not work here.
 */
export async function parseDevice(name: string, others: readonly string[] = []): Promise<Device> {
  const device = devices.find((candidate) => candidate === name);
  if (device === undefined) throw unknownName(name, [...devices, ...others], "device");
  const problem = device === "cpu" ? undefined : await deviceProblem(device);
  if (problem === undefined) return device;
  throw new ConfigError(
    `device: expected one that works on this machine, got "${device}" (${problem}). ${deviceNeeds[device]} Use --device cpu.`,
  );
}
