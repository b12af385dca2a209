/** @file Whether a device works on this machine. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Device } from "../device.ts";

const WORKER_URL = new URL(`./device-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/** A driver that has not answered by then hangs. */
const TIMEOUT_MS = 60_000;

/**
 * Why a device does not work on this machine; undefined if it does.
 *
 * It is tried with a small graph, since onnxruntime's package is built for more than a machine has; in a process of
 * its own, since drivers write to standard error, and may crash.
 */
export async function deviceProblem(device: Device): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, killSignal: "SIGKILL" } as const;
    execFile(process.execPath, [fileURLToPath(WORKER_URL), device], options, (error, stdout) => {
      if (error === null) resolve((JSON.parse(stdout) as string | null) ?? undefined);
      else if (error.killed === true) resolve(`it did not answer in ${TIMEOUT_MS / 1000} s`);
      else resolve(`trying it ended with ${error.signal ?? `exit code ${error.code}`}`);
    });
  });
}
