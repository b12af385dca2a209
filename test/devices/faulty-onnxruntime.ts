/** @file onnxruntime whose sessions fail when a test says so, and where WebGPU is the CPU under another name. */

import type * as Onnxruntime from "onnxruntime-node";

type Create = typeof Onnxruntime.InferenceSession.create;
type Run = (...args: readonly unknown[]) => Promise<unknown>;

/** What the next runs do. */
export interface Fault {
  /** Runs that still work. */
  runsLeft: number;
  /** What those after them throw. */
  error: Error;
}

/** Shared by a test and the module it replaces. */
export const faults: { current: Fault | undefined } = { current: undefined };

/** The module with faulty sessions, for `vi.mock("onnxruntime-node", …)`. */
export function faultyOnnxruntime(real: typeof Onnxruntime): typeof Onnxruntime {
  const create = async (model: Uint8Array, options: Onnxruntime.InferenceSession.SessionOptions) => {
    const { preferredOutputLocation: _nowhere, ...rest } = options;
    const session = await real.InferenceSession.create(model, { ...rest, executionProviders: ["cpu"] });
    const run = session.run.bind(session) as Run;
    session.run = (async (...args: readonly unknown[]) => {
      const { current } = faults;
      if (current !== undefined && current.runsLeft-- <= 0) throw current.error;
      return run(...args);
    }) as typeof session.run;
    return session;
  };
  return { ...real, InferenceSession: { ...real.InferenceSession, create: create as Create } };
}
