/** @file The device of a study: it stays the same on resume, and where it fails the study stops and says how to go on. */

import { DeviceError, type DeviceFailure } from "../../core/index.ts";
import { type Device, parseDevice } from "../../engine/runtime/node/index.ts";
import type { RunRecord } from "../records/records.ts";
import { type StudyFile, readStudyFile } from "../records/run-store.ts";

/** What has to be different the next time. */
const fixes: Readonly<Record<DeviceFailure, (resume: string, device: string) => string>> = {
  memory: (resume, device) =>
    `once more memory is free: ${resume}${device === "cpu" ? "" : `, or on the CPU: ${resume} --device cpu`}. ` +
    "A new study with a smaller batchSize needs less.",
  lost: (resume) => `once the device is back: ${resume}, or on the CPU: ${resume} --device cpu.`,
  failed: (resume) => `with ${resume}, or on the CPU: ${resume} --device cpu.`,
};

/**
 * The failure of the study's device that an error is, if it is one.
 *
 * Node's own arrays are memory too: of the machine, not of a graphics card.
 */
export function deviceFailure(error: unknown): DeviceError | undefined {
  if (error instanceof DeviceError) return error;
  if (!(error instanceof RangeError && /allocation failed/i.test(error.message))) return undefined;
  return new DeviceError("cpu", { kind: "memory", reason: error.message, cause: error });
}

/** The same failure in one sentence that names the run and how to go on with its study. */
export function stoppedByDevice(
  { device, kind, reason, cause }: DeviceError,
  { run: { id, epochs }, directory }: { run: RunRecord; directory: string },
): DeviceError {
  const saved = epochs.length === 0 ? "Finished runs are saved" : `It is saved up to epoch ${epochs.length}`;
  return new DeviceError(device, {
    kind,
    reason,
    where: `${id}, epoch ${epochs.length + 1}: `,
    fix: ` ${saved}; go on ${fixes[kind](`graft resume ${directory}`, device)}`,
    cause,
  });
}

/**
 * The study in a folder, on another device if one is given, and else on its own if that still works.
 *
 * @throws ConfigError if the folder holds no study, or the study's device does not work here.
 */
export async function readStudyOn(device: Device | undefined, directory: string): Promise<StudyFile> {
  const { deviceReason, ...study } = await readStudyFile(directory);
  if (device !== undefined) return { ...study, device };
  await parseDevice(study.device);
  return { ...study, ...(deviceReason === undefined ? {} : { deviceReason }) };
}
