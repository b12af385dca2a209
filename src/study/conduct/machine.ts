/** @file What computed a study: processor, system and versions. */

import { readFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { onnxruntimeVersion } from "../../engine/runtime/index.ts";
import type { StudySummary } from "../records/records.ts";

/** The machine and the versions that results depend on. */
export async function describeMachine({
  threads,
  device,
}: {
  threads: number;
  device: string;
}): Promise<StudySummary["machine"]> {
  return {
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    threads,
    device,
    node: process.version,
    onnxruntime: await onnxruntimeVersion(),
    graft: graftVersion(),
  };
}

/** Graft's own version. */
export function graftVersion(): string {
  const path = new URL("../../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
