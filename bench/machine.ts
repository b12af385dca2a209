/** @file What a figure was measured on. */

import { readFileSync } from "node:fs";
import { cpus, platform } from "node:os";

/** System, number of processors and version of Node. */
export function machineText(): string {
  return `${platform()}, ${cpus().length} processors, Node ${process.versions.node}`;
}

/**
 * The processor's name, and on Linux its family and model: virtual machines call processors of several generations by
 * one name, "AMD EPYC", and their speeds are not to be compared.
 */
export function processorText(): string {
  const name = cpus()[0]?.model.trim() ?? "unknown processor";
  const information = cpuInformation();
  const [family, model] = ["cpu family", "model"].map((field) => numberIn(information, field));
  return family === undefined || model === undefined ? name : `${name}, family ${family}, model ${model}`;
}

/** Linux's own description; empty elsewhere. */
function cpuInformation(): string {
  return platform() === "linux" ? readFileSync("/proc/cpuinfo", "utf8") : "";
}

function numberIn(text: string, field: string): string | undefined {
  return new RegExp(`^${field}\\s*: (\\d+)$`, "m").exec(text)?.[1];
}
