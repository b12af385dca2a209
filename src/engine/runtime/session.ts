/** @file An onnxruntime session over one graph. */

import type { DTypeArrays, Tensor } from "../../core/index.ts";
import { type Graph, encodeModel } from "../onnx/index.ts";
import type { Device } from "./device.ts";
import { runFailure } from "./device-failure.ts";
import { keepSession, keptName, takeKept } from "./kept-sessions.ts";
import { type InferenceSession, type OrtTensor, loadOnnxruntime } from "./onnxruntime.ts";
import { webgpuGraph } from "./webgpu-graph.ts";

export interface SessionOptions {
  device?: Device;
  /** Threads inside an operator; all cores when left out. */
  threads?: number;
  /** Once it is aborted, nothing is compiled or run any more: its reason is thrown instead. */
  signal?: AbortSignal;
  /** Path prefix of onnxruntime's profile, written when the session closes. */
  profilePrefix?: string;
}

/** What one graph needs besides. */
export interface GraphSessionOptions extends SessionOptions {
  /** Name for axis 0 of every input and output, making the batch size free; fixed when left out. */
  batchAxisName?: string;
  /** Outputs that `runKeeping` leaves on the device; without effect where the binding keeps nothing, on CPU and CUDA. */
  keep?: readonly string[];
}

/** Tensors by input or output name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** A tensor in a device's memory: an input of any session on that device. */
export interface DeviceTensor {
  readonly onDevice: OrtTensor;
}

/** A graph ready to run. Runs are synchronous inside: one at a time, in order. */
export interface Session {
  readonly outputNames: readonly string[];
  /**
   * Runs the graph once.
   *
   * `into` gives arrays that outputs are written to instead of new ones; they must not be among the inputs.
   *
   * @throws DeviceError if the device fails, TrainingError if the graph cannot run.
   */
  run(inputs: Tensors, into?: Tensors): Promise<Record<string, Tensor>>;
  /** The same with inputs that may lie on the device; the outputs to keep stay there until they are released. */
  runKeeping(inputs: Readonly<Record<string, Tensor | DeviceTensor>>): Promise<{
    results: Record<string, Tensor>;
    kept: Record<string, DeviceTensor>;
  }>;
  close(): Promise<void>;
}

/** Compiles a graph for a device. */
export async function createSession(graph: Graph, options: GraphSessionOptions = {}): Promise<Session> {
  const { batchAxisName, device = "cpu", threads, profilePrefix } = options;
  const encodeOptions = batchAxisName === undefined ? {} : { batchAxisName };
  if (device !== "webgpu") {
    const model = encodeModel(graph, encodeOptions);
    const mayBeKept = device === "cpu" && batchAxisName === undefined && profilePrefix === undefined;
    return open(model, { ...options, keepAs: mayBeKept ? keptName(graph, model, threads) : null });
  }
  const { graph: suited, cpuNodes } = webgpuGraph(graph);
  return open(encodeModel(suited, encodeOptions), { ...options, cpuNodes });
}

/** The same for the bytes of a model file, which are taken as they are. */
export async function createModelSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  return open(model, options);
}

interface OpenOptions extends GraphSessionOptions {
  /** Nodes that run on the CPU whatever the device. */
  cpuNodes?: readonly string[];
  /** By what it is kept when it is closed, and found again; null where it is not. */
  keepAs?: string | null;
}

async function open(model: Uint8Array, options: OpenOptions): Promise<Session> {
  const ort = await loadOnnxruntime();
  const { device = "cpu", keepAs = null } = options;
  let hasFailed = false;
  const orExplain = async <T>(work: () => Promise<T>): Promise<T> => {
    options.signal?.throwIfAborted();
    try {
      return await work();
    } catch (cause) {
      hasFailed = true;
      throw runFailure(cause, device);
    }
  };
  const create = (): Promise<InferenceSession> => ort.InferenceSession.create(model, sessionOptions(options));
  const session = await orExplain(async () => (keepAs === null ? undefined : takeKept(keepAs)) ?? (await create()));
  let isOpen = true;
  const toOrt = (tensor: Tensor): OrtTensor =>
    new ort.Tensor(tensor.dtype as "float32", tensor.data as Float32Array, tensor.shape);
  return {
    outputNames: session.outputNames,
    run: async (inputs, into) => {
      const results = await orExplain(() => {
        const feeds = mapValues(inputs, toOrt);
        return into === undefined
          ? session.run(feeds)
          : session.run(feeds, { ...nullFor(session.outputNames), ...mapValues(into, toOrt) });
      });
      return mapValues(results, fromOrt);
    },
    runKeeping: async (inputs) => {
      const values = await orExplain(() =>
        session.run(mapValues(inputs, (input) => ("onDevice" in input ? input.onDevice : toOrt(input)))),
      );
      const [kept, results] = partition(values, (name) => options.keep?.includes(name) === true);
      return { results: mapValues(results, fromOrt), kept: mapValues(kept, (onDevice) => ({ onDevice })) };
    },
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      await (keepAs === null || hasFailed ? session.release() : keepSession(keepAs, session));
    },
  };
}

function sessionOptions(options: OpenOptions): InferenceSession.SessionOptions {
  const { device = "cpu", threads, profilePrefix, cpuNodes = [], keep } = options;
  // an empty list is refused
  const provider = cpuNodes.length > 0 ? { name: device, forceCpuNodeNames: cpuNodes } : device;
  return {
    executionProviders: device === "cpu" ? ["cpu"] : [provider, "cpu"],
    graphOptimizationLevel: "all",
    // one block for all of a run's values is allocated beside those of the first run: a third more memory, and no faster
    enableMemPattern: false,
    executionMode: "sequential",
    interOpNumThreads: 1,
    // what goes wrong is thrown as well
    logSeverityLevel: 4,
    // threads that wait for work without end take the cores from whoever has some: half of the speed on a busy machine
    extra: { "session.intra_op.spin_duration_us": "100" },
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
    ...(keep === undefined || device !== "webgpu"
      ? {}
      : { preferredOutputLocation: Object.fromEntries(keep.map((name) => [name, "gpu-buffer" as const])) }),
  };
}

type OrtTensors = InferenceSession.OnnxValueMapType;

function fromOrt(value: OrtTensors[string]): Tensor {
  return { dtype: value.type as "float32", shape: value.dims, data: value.data as DTypeArrays["float32"] };
}

function nullFor(names: readonly string[]): Record<string, null> {
  return Object.fromEntries(names.map((name) => [name, null]));
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function partition<A>(record: Readonly<Record<string, A>>, test: (name: string) => boolean): Record<string, A>[] {
  const entries = Object.entries(record);
  return [true, false].map((wanted) => Object.fromEntries(entries.filter(([name]) => test(name) === wanted)));
}
