/** @file Imports one exported file and holds it against PyTorch: node measure.ts FILE REFERENCE [untimed] prints one JSON line. */

import { readFileSync } from "node:fs";
import type { Tensor } from "../../src/core/index.ts";
import { gradient } from "../../src/engine/autodiff/index.ts";
import { lower } from "../../src/engine/lowering/index.ts";
import { forward, meanCrossEntropy, networkParameters } from "../../src/engine/nn/index.ts";
import { type Graph, Operations, type Value } from "../../src/engine/onnx/index.ts";
import { createSession } from "../../src/engine/runtime/node/index.ts";
import { createInferenceSession, decodeSafetensors } from "../../src/engine/training/index.ts";
import { type ImportedBackbone, besideModel, importBackbone } from "../../src/models/node/index.ts";
import { matchGradients } from "./match-gradients.ts";

/** What is told of one file. */
export interface FileResult {
  /** Why its layers are not followed, or cannot be trained; null where they can. */
  readonly untrainable: string | null;
  readonly readMs: number;
  readonly layers: number;
  /** Largest difference to PyTorch's logits in double precision, as a share of the largest of them. */
  readonly logitsError: number;
  /** Of a training step; null where there is none. */
  readonly step: StepResult | null;
}

export interface StepResult {
  /** The largest error of a weight's gradient, as a share of its length. */
  readonly gradientError: number;
  /** Whose it is. */
  readonly worst: string;
  /** PyTorch's own in float32, of the same weights. */
  readonly torchError: number;
  /** How many weights could be compared, and how many train. */
  readonly compared: number;
  readonly trained: number;
  /** Forward and backward pass of the images; null where the machine was busy with other things. */
  readonly stepMs: number | null;
  readonly peakRssBytes: number;
}

const ROUNDS = 3;
const THREADS = { threads: 2 };
/** Gradients that are smaller than this share of the typical one are noise around 0. */
const TINY = 1e-3;

const [path, referencePath, timing] = process.argv.slice(2);
const isTimed = timing !== "untimed";
console.log(JSON.stringify(await measure(path, referencePath)));
process.exit(0);

async function measure(file: string, referenceFile: string): Promise<FileResult> {
  const { tensors } = decodeSafetensors(readFileSync(referenceFile), referenceFile);
  const bytes = readFileSync(file);
  const started = performance.now();
  const backbone = await importBackbone(bytes, { path: file, external: besideModel(file) });
  const readMs = performance.now() - started;
  const logitsError = await errorOfLogits(backbone, tensors);
  const step = backbone.untrainable === null ? await measureStep(backbone, tensors) : null;
  return { untrainable: backbone.untrainable, readMs, layers: backbone.network.layers.length, logitsError, step };
}

async function errorOfLogits({ network, parameters }: ImportedBackbone, { images, logits }: Tensors): Promise<number> {
  const session = await createInferenceSession({ network, parameters, input: { kind: "features" } }, THREADS);
  const { output } = await session.run({ input: images });
  await session.close();
  const wanted = Array.from(logits.data, Number);
  const largest = Math.max(...wanted.map(Math.abs));
  return Math.max(...Array.from(output.data, Number).map((value, index) => Math.abs(value - wanted[index]))) / largest;
}

type Tensors = Readonly<Record<string, Tensor>>;

async function measureStep({ network, parameters }: ImportedBackbone, tensors: Tensors): Promise<StepResult> {
  const { images, labels } = tensors;
  const trained = networkParameters(network).filter(({ role }) => role !== "statistic");
  const graph = stepGraph({ network, parameters }, { images, trained: trained.map(({ name }) => name) });
  const session = await createSession(graph, THREADS);
  const fed = { ...Object.fromEntries(trained.map(({ name }) => [name, parameters[name]])), images, labels };
  let results = await session.run(fed);
  const times: number[] = [];
  for (let round = 0; isTimed && round < ROUNDS; round++) {
    const started = performance.now();
    results = await session.run(fed);
    times.push(performance.now() - started);
  }
  const matched = matchGradients(Object.fromEntries(trained.map(({ name }) => [name, parameters[name]])), {
    values: under(tensors, "value/"),
    exact: under(tensors, "exact/"),
    float32: under(tensors, "float32/"),
  });
  const typical = median(matched.map(({ exact }) => lengthOf(exact) / Math.sqrt(exact.length)));
  const errors = matched.map(({ name, exact, float32: single }) => {
    const scale = lengthOf(exact) + TINY * typical * Math.sqrt(exact.length);
    const own = results[`grad/${name}`].data as Float32Array;
    return { name, own: distance(own, exact) / scale, torch: distance(single, exact) / scale };
  });
  const worst = errors.reduce((most, one) => (one.own > most.own ? one : most), { name: "", own: 0, torch: 0 });
  return {
    gradientError: worst.own,
    worst: worst.name,
    torchError: Math.max(0, ...errors.map(({ torch }) => torch)),
    compared: matched.length,
    trained: trained.length,
    stepMs: isTimed ? median(times) : null,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** Forward, loss and gradients of a batch; statistics stay, nothing is dropped. */
function stepGraph(
  { network, parameters }: Pick<ImportedBackbone, "network" | "parameters">,
  { images, trained }: { images: Tensor; trained: readonly string[] },
): Graph {
  const g = new Operations();
  const [batchSize] = images.shape;
  const x = g.input("images", "float32", images.shape);
  const values = new Map<string, Value>(
    trained.map((name) => [name, g.input(name, "float32", parameters[name].shape)]),
  );
  const logits = forward(g, {
    network,
    x,
    options: {
      trains: () => false,
      parameter: (name) => {
        const value = values.get(name) ?? g.initializer(name, parameters[name]);
        values.set(name, value);
        return value;
      },
      mask: (_name, shape) => g.expand(g.scalar(1), shape),
      update: () => undefined,
    },
  });
  const loss = meanCrossEntropy(g, logits, { labels: g.input("labels", "int64", [batchSize]) });
  const weights = trained.map((name) => values.get(name) ?? g.scalar(0));
  for (const [index, grad] of gradient(g, loss, weights).entries()) g.output(grad, `grad/${trained[index]}`);
  return lower(g.build(network.name), {});
}

function under(tensors: Tensors, prefix: string): Tensors {
  const entries = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

function lengthOf(vector: ArrayLike<number>): number {
  return distance(vector, new Float32Array(vector.length));
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] - b[index]) ** 2;
  return Math.sqrt(sum);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
