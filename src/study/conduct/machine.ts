/** @file What computed a study: processor, system and versions. */

import { readFileSync } from "node:fs";
import { arch, cpus, platform, totalmem } from "node:os";
import { ConfigError, list } from "../../core/index.ts";
import { type Device, imageBlockSize, onnxruntimeVersion } from "../../engine/runtime/index.ts";
import { type Fingerprint, type OtherMachine, differencesOf } from "../records/fingerprint.ts";
import type { StudySummary } from "../records/records.ts";
import { type RunStore, type StudyFile, openRunStore, readStudyFile } from "../records/run-store.ts";

/** The machine and the versions that results depend on. */
export async function describeMachine({
  threads,
  device,
}: {
  threads: number;
  device: string;
}): Promise<StudySummary["machine"]> {
  return {
    platform: platformHere(),
    cpu: processorHere(),
    threads,
    device,
    node: process.version,
    onnxruntime: await onnxruntimeVersion(),
    graft: graftVersion(),
  };
}

/** Of the memory of this machine or container: an epoch's last batch has a step of its own, and evaluation wants some. */
const SHARE_OF_STEP = 1 / 3;

/** What a training step may take here. It is not what is free, since bits depend on it. */
export function memoryOfStep(): number {
  const limit = process.constrainedMemory();
  return Math.floor(SHARE_OF_STEP * (limit > 0 ? Math.min(limit, totalmem()) : totalmem()));
}

/** What bits depend on besides a study's file and its threads. */
export async function fingerprintHere(device: Device): Promise<Fingerprint> {
  return {
    platform: platformHere(),
    blockSize: (await imageBlockSize(device)) ?? null,
    onnxruntime: await onnxruntimeVersion(),
    graft: graftVersion(),
  };
}

/** Whether a process may train on a machine of another kind than the study's. */
export interface Admission {
  anyMachine?: boolean | undefined;
}

/**
 * Asks, before a study is trained here, whether its bits come out as where it began; the first machine is its kind.
 *
 * @returns What this machine is, where it is of another kind and that is allowed; else null.
 * @throws ConfigError if it is of another kind.
 */
export async function admitMachine(
  { study, store }: { study: Pick<StudyFile, "device">; store: RunStore },
  { anyMachine = false }: Admission,
): Promise<OtherMachine | null> {
  const here = await fingerprintHere(study.device as Device);
  const problem = problemOf(store, { pinned: await store.fingerprint.pin(here), here });
  if (problem === null) return null;
  if (anyMachine) return { ...here, cpu: processorHere() };
  throw new ConfigError(problem);
}

/** Why the study in a folder may not be trained here, as a sentence; null if it may, or nobody has begun to. */
export async function machineProblem(directory: string, { anyMachine = false }: Admission): Promise<string | null> {
  const { device } = await readStudyFile(directory);
  const store = openRunStore(directory);
  const pinned = await store.fingerprint.read();
  if (pinned === null || anyMachine) return null;
  return problemOf(store, { pinned, here: await fingerprintHere(device as Device) });
}

function problemOf(
  { directory }: RunStore,
  { pinned, here }: { pinned: Fingerprint; here: Fingerprint },
): string | null {
  const { first, second } = differencesOf(pinned, here);
  if (first.length === 0) return null;
  return (
    `${directory}: expected a machine like the one that began the study (${list(first)}), got another (${list(second)}). ` +
    "Bits and times would not compare; allow it by --any-machine, and the report says so."
  );
}

function platformHere(): string {
  return `${platform()} ${arch()}`;
}

function processorHere(): string {
  return cpus()[0]?.model.trim() ?? "unknown";
}

/** Graft's own version. */
export function graftVersion(): string {
  const path = new URL("../../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}
