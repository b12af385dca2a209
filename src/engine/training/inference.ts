/** @file Networks with their weights built in: evaluation, features, export. */

import { ConfigError, type Tensor } from "../../core/index.ts";
import {
  type Network,
  type Parameters,
  checkNetwork,
  countCorrect,
  forward,
  inferenceOptions,
  networkParameters,
  softmaxCrossEntropy,
} from "../nn/index.ts";
import { type Graph, Operations, type Value, encodeModel } from "../onnx/index.ts";
import { type Session, type SessionOptions, createSession } from "../runtime/index.ts";
import { type NetworkInput, feedInput } from "./step/network-input.ts";

export interface InferenceOptions {
  network: Network;
  parameters: Parameters;
  input: NetworkInput;
}

type Batches = Iterable<LabelledBatch> | AsyncIterable<LabelledBatch>;

/** Mean loss in nats and share of correct answers over a set of samples. */
export interface Metrics {
  readonly loss: number;
  readonly accuracy: number;
}

export interface LabelledBatch {
  /** [N, …]: uint8 images or float32 features. */
  readonly input: Tensor;
  /** [N] int64. */
  readonly labels: Tensor;
}

/**
 * Loss (without label smoothing) and accuracy over all batches; layers are in inference form.
 *
 * @throws ConfigError if there are no samples.
 * @throws TrainingError if the device fails.
 */
export async function evaluate(
  options: InferenceOptions,
  batches: Batches,
  sessionOptions: SessionOptions = {},
): Promise<Metrics> {
  const session = await inferenceSession(options, sessionOptions, addMetrics);
  try {
    return await measure(batches, (batch) => session.run(batch));
  } finally {
    await session.close();
  }
}

/** Measures one network with one set of weights after another. */
export interface Evaluator {
  /** As {@link evaluate} does, with these values of the parameters that change. */
  evaluate(parameters: Parameters, batches: Batches): Promise<Metrics>;
  close(): Promise<void>;
}

/**
 * An evaluator whose graphs, one for each batch size, are compiled once and fed the parameters that change.
 *
 * Convolutions are twice as fast over weights that are built in, so this is for networks of dense layers, which take
 * less time than building them in anew.
 */
export function createEvaluator(
  options: InferenceOptions & { changes: (layerName: string) => boolean },
  sessionOptions: SessionOptions = {},
): Evaluator {
  const fed = networkParameters(options.network)
    .filter(({ layer }) => options.changes(layer))
    .map(({ name }) => name);
  const sessions = new Map<number, Promise<Session>>();
  const sessionFor = (batchSize: number): Promise<Session> => {
    const known =
      sessions.get(batchSize) ??
      createSession(inferenceGraph({ ...options, fed, batchSize }, addMetrics), sessionOptions);
    sessions.set(batchSize, known);
    return known;
  };
  return {
    evaluate: async (parameters, batches) => {
      const values = Object.fromEntries(fed.map((name) => [name, parameters[name]]));
      return measure(batches, async (batch) => {
        const session = await sessionFor(batch.labels.data.length);
        return session.run({ ...values, ...batch });
      });
    },
    close: async () => {
      const opened = await Promise.allSettled(sessions.values());
      await Promise.all(opened.map((one) => (one.status === "fulfilled" ? one.value.close() : undefined)));
    },
  };
}

function addMetrics(g: Operations, output: Value, batchSize: number): void {
  const labels = g.input("labels", "int64", [batchSize]);
  g.output(softmaxCrossEntropy(g, output, { labels }), "losses");
  g.output(countCorrect(g, output, labels), "correct");
}

async function measure(
  batches: Batches,
  run: (batch: { input: Tensor; labels: Tensor }) => Promise<Record<string, Tensor>>,
): Promise<Metrics> {
  let [loss, correct, count] = [0, 0, 0];
  for await (const { input, labels } of batches) {
    const results = await run({ input, labels });
    for (const value of results.losses.data as Float32Array) loss += value;
    correct += Number(results.correct.data[0]);
    count += labels.data.length;
  }
  if (count === 0) throw new ConfigError("evaluation: expected at least one sample, got none.");
  return { loss: loss / count, accuracy: correct / count };
}

/** A session that maps `input` [N, …] to `output` [N, …], the last layer's values, for any N. */
export async function createInferenceSession(
  options: InferenceOptions,
  sessionOptions: SessionOptions = {},
): Promise<Session> {
  return inferenceSession(options, sessionOptions, (g, output) => g.output(output, "output"));
}

/**
 * The bytes of an ONNX model: `images` [N, C, H, W] uint8 (or `features` [N, …]) → `probabilities` [N, classes].
 * Normalization and Softmax are in the graph.
 */
export function exportModel(options: InferenceOptions, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const named = { ...options, inputName: options.input.kind };
  const graph = inferenceGraph(named, (g, output) => g.output(g.softmax(output), "probabilities"));
  return encodeModel(graph, { metadata, batchAxisName: "N" });
}

async function inferenceSession(
  options: InferenceOptions,
  sessionOptions: SessionOptions,
  finish: Finish,
): Promise<Session> {
  return createSession(inferenceGraph(options, finish), { ...sessionOptions, batchAxisName: "N" });
}

/** Adds what is wanted of the last layer's values, [batchSize, …]. */
type Finish = (g: Operations, output: Value, batchSize: number) => void;

interface InferenceGraphOptions extends InferenceOptions {
  inputName?: string;
  /** Parameters that are inputs of the graph; the others are built in. */
  fed?: readonly string[];
  batchSize?: number;
}

/** Built for one sample unless said otherwise; no layer mentions the batch size, so axis 0 can be left free. */
function inferenceGraph(options: InferenceGraphOptions, finish: Finish): Graph {
  const { network, parameters, input, inputName = "input", fed = [], batchSize = 1 } = options;
  checkNetwork(network);
  const g = new Operations();
  const x = feedInput(g, { network, input, batchSize, name: inputName });
  const parameter = (name: string): Value => {
    const tensor = parameters[name];
    if (tensor === undefined) throw new Error(`internal: no value for the parameter ${name}`);
    return fed.includes(name) ? g.input(name, tensor.dtype, tensor.shape) : g.initializer(name, tensor);
  };
  finish(g, forward(g, { network, x, options: inferenceOptions(parameter) }), batchSize);
  return g.build(network.name);
}
