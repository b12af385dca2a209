/** @file Which device a study computes on: the one the user named, or the one that trains fastest here. */

import { DeviceError, count } from "../../core/index.ts";
import { type Device, deviceProblem, devices, parseDevice } from "../../engine/runtime/node/index.ts";
import { tryTraining } from "./try-training.ts";

/** The name with which the user leaves the choice to Graft. */
export const AUTO = "auto";

/** A device, and why it was chosen; no reason where the user did. */
export interface ChosenDevice {
  readonly device: Device;
  readonly reason?: string;
}

/**
 * The device of a name, or with `auto` the fastest that works.
 *
 * What works is not always faster: a Vulkan driver may be software. So a few steps of a small convolutional network
 * are timed on each, which takes a moment.
 *
 * @throws ConfigError if there is no such device, or it does not work here.
 */
export async function chooseDevice(name: string, { threads }: { threads: number }): Promise<ChosenDevice> {
  if (name !== AUTO) return { device: await parseDevice(name, [AUTO]) };
  const problems = new Map<Device, string | undefined>();
  for (const device of devices) {
    if (device !== "cpu") problems.set(device, await deviceProblem(device));
  }
  const broken = [...problems].flatMap(([device, problem]) =>
    problem === undefined ? [] : [`${device} does not work here (${problem})`],
  );
  const working = devices.filter((device) => problems.get(device) === undefined);
  if (working.length === 1) return { device: "cpu", reason: broken.join("; ") };
  const speeds: { device: Device; imagesPerSecond: number }[] = [];
  for (const device of working) {
    try {
      speeds.push({ device, imagesPerSecond: await tryTraining({ threads, device, network: "small" }) });
    } catch (error) {
      if (device === "cpu" || !(error instanceof DeviceError)) throw error;
      broken.push(`${device} does not train here (${error.reason})`);
    }
  }
  const [fastest, ...others] = speeds.sort((a, b) => b.imagesPerSecond - a.imagesPerSecond);
  const slower = others.map(({ device, imagesPerSecond }) => `${device} at ${count(imagesPerSecond)}`);
  if (others.length === 0) return { device: fastest.device, reason: broken.join("; ") };
  const measured = `it trains a small network at ${count(fastest.imagesPerSecond)} images/s, ${slower.join(", ")}`;
  return { device: fastest.device, reason: [measured, ...broken].join("; ") };
}
