/** @file The only file that knows onnxruntime: loads it, once, when first needed. */

// onnxruntime-node, by `imports` in package.json; builds of onnxruntime for other places have the same interface
import type * as Onnxruntime from "#onnxruntime";

export type { InferenceSession, Tensor as OrtTensor } from "#onnxruntime";

/**
 * The module onnxruntime, without its telemetry: else it asks for its maker's host again and again, and keeps events in
 * the user's cache and files in the temporary folder. Loading its library takes tens of milliseconds, so commands that
 * train nothing never do.
 */
export async function loadOnnxruntime(): Promise<typeof Onnxruntime> {
  // read once, when the library is loaded; a browser has no environment
  const { env } = (globalThis as { process?: { env: Record<string, string> } }).process ?? { env: {} };
  env["ORT_DISABLE_TELEMETRY"] = "1";
  const module = await import("#onnxruntime");
  const ort = module.default as typeof Onnxruntime;
  // what goes wrong is thrown as well; without this it is printed too
  ort.env.logLevel = "fatal";
  return ort;
}

/** Version of onnxruntime, for example `1.30.0`. */
export async function onnxruntimeVersion(): Promise<string> {
  const { env } = await loadOnnxruntime();
  return env.versions.node ?? env.versions.common;
}
