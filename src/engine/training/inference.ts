/** @file Networks with their weights built in: evaluation, features, export. */

import { ConfigError, type Tensor } from "../../core/index.ts";
import {
  type Network,
  type Parameters,
  checkNetwork,
  countCorrect,
  forward,
  inferenceOptions,
  softmaxCrossEntropy,
} from "../nn/index.ts";
import { type Graph, Operations, type Value, encodeModel } from "../onnx/index.ts";
import { type Session, type SessionOptions, createSession } from "../runtime/index.ts";
import { type NetworkInput, feedInput } from "./network-input.ts";

export interface InferenceOptions {
  network: Network;
  parameters: Parameters;
  input: NetworkInput;
}

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
  batches: Iterable<LabelledBatch> | AsyncIterable<LabelledBatch>,
  sessionOptions: SessionOptions = {},
): Promise<Metrics> {
  const session = await inferenceSession(options, sessionOptions, (g, output) => {
    const labels = g.input("labels", "int64", [1]);
    g.output(softmaxCrossEntropy(g, output, { labels }), "losses");
    g.output(countCorrect(g, output, labels), "correct");
  });
  try {
    let [loss, correct, count] = [0, 0, 0];
    for await (const { input, labels } of batches) {
      const results = await session.run({ input, labels });
      for (const value of results.losses.data as Float32Array) loss += value;
      correct += Number(results.correct.data[0]);
      count += labels.data.length;
    }
    if (count === 0) throw new ConfigError("evaluation: expected at least one sample, got none.");
    return { loss: loss / count, accuracy: correct / count };
  } finally {
    await session.close();
  }
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
  finish: (g: Operations, output: Value) => void,
): Promise<Session> {
  return createSession(inferenceGraph(options, finish), { ...sessionOptions, batchAxisName: "N" });
}

/** Built for one sample; no layer mentions the batch size, so axis 0 can be left free. */
function inferenceGraph(
  { network, parameters, input, inputName = "input" }: InferenceOptions & { inputName?: string },
  finish: (g: Operations, output: Value) => void,
): Graph {
  checkNetwork(network);
  const g = new Operations();
  const x = feedInput(g, { network, input, batchSize: 1, name: inputName });
  const parameter = (name: string): Value => {
    const tensor = parameters[name];
    if (tensor === undefined) throw new Error(`internal: no value for the parameter ${name}`);
    return g.initializer(name, tensor);
  };
  finish(g, forward(g, { network, x, options: inferenceOptions(parameter) }));
  return g.build(network.name);
}
