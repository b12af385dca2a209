/** @file An onnxruntime session over one graph. */

import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { type DTypeArrays, type Tensor, TrainingError } from "../../core/index.ts";
import { type Graph, encodeModel } from "../onnx/index.ts";
import type { Device } from "./device.ts";
import { loadOnnxruntime } from "./onnxruntime.ts";

export interface SessionOptions {
  device?: Device;
  /** Threads inside an operator; all cores when left out. */
  threads?: number;
  /** Path prefix of onnxruntime's profile, written when the session closes. */
  profilePrefix?: string;
}

/** Tensors by input or output name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A graph ready to run. Runs are synchronous inside: one at a time, in order. */
export interface Session {
  readonly outputNames: readonly string[];
  /**
   * Runs the graph once.
   *
   * `into` gives arrays that outputs are written to instead of new ones; they must not be among the inputs.
   *
   * @throws TrainingError if the device fails.
   */
  run(inputs: Tensors, into?: Tensors): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/** Compiles a graph for a device. */
export async function createSession(graph: Graph, options: SessionOptions = {}): Promise<Session> {
  return createModelSession(encodeModel(graph), options);
}

/** The same for the bytes of a model file. */
export async function createModelSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const ort = await loadOnnxruntime();
  const session = await ort.InferenceSession.create(model, sessionOptions(options));
  const toOrt = (tensor: Tensor): OrtTensor =>
    new ort.Tensor(tensor.dtype as "float32", tensor.data as Float32Array, tensor.shape);
  return {
    outputNames: session.outputNames,
    run: async (inputs, into) => {
      const feeds = mapValues(inputs, toOrt);
      const results = await runOrExplain(() =>
        into === undefined
          ? session.run(feeds)
          : session.run(feeds, { ...nullFor(session.outputNames), ...mapValues(into, toOrt) }),
      );
      return mapValues(results, fromOrt);
    },
    close: () => session.release(),
  };
}

function sessionOptions({ device = "cpu", threads, profilePrefix }: SessionOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: device === "cpu" ? ["cpu"] : [device, "cpu"],
    graphOptimizationLevel: "all",
    // one block for all of a run's values is allocated beside those of the first run: a third more memory, and no faster
    enableMemPattern: false,
    executionMode: "sequential",
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  };
}

async function runOrExplain(
  run: () => Promise<InferenceSession.OnnxValueMapType>,
): Promise<InferenceSession.OnnxValueMapType> {
  try {
    return await run();
  } catch (cause) {
    throw new TrainingError(`onnxruntime: expected the graph to run, got: ${(cause as Error).message}`, { cause });
  }
}

function fromOrt(value: InferenceSession.OnnxValueMapType[string]): Tensor {
  return { dtype: value.type as "float32", shape: value.dims, data: value.data as DTypeArrays["float32"] };
}

function nullFor(names: readonly string[]): Record<string, null> {
  return Object.fromEntries(names.map((name) => [name, null]));
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
