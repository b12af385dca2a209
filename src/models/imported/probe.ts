/** @file Builds an imported network as it will be used, so that what cannot work is said when its file is read. */

import { GraphError } from "../../core/index.ts";
import { gradient } from "../../engine/autodiff/index.ts";
import {
  type ForwardOptions,
  type Network,
  forward,
  inferenceOptions,
  networkParameters,
} from "../../engine/nn/index.ts";
import { Operations, type Value } from "../../engine/onnx/index.ts";

/** @throws GraphError if the network, made for one batch size, cannot take another. */
export function requireAnyBatch(network: Network, path: string): void {
  const problem = problemOf(() => {
    const output = outputOf(new Operations(), network, inferenceOptions);
    if (output.shape[0] !== BATCH) throw new GraphError(`its output has ${output.shape[0]} rows for ${BATCH} images.`);
  });
  if (problem !== null) {
    throw new GraphError(
      `${path}: expected a network for any number of images, got one that cannot take ${BATCH} at once: ${problem}`,
    );
  }
}

/** Why the weights of layers from a place on have no gradient; null if they have. */
export function trainingProblem(network: Network, from = 0): string | null {
  return problemOf(() => {
    const g = new Operations();
    const trained = new Set<Value>();
    const above = new Set(network.layers.slice(from).map(({ name }) => name));
    const learned = new Set(
      networkParameters(network).flatMap(({ name, role, layer }) =>
        role !== "statistic" && above.has(layer) ? name : [],
      ),
    );
    const output = outputOf(g, network, (parameter) => ({
      trains: () => true,
      parameter: (name) => {
        const value = parameter(name);
        if (learned.has(name)) trained.add(value);
        return value;
      },
      mask: (name, shape) => g.input(`mask/${name}`, "float32", shape),
      update: () => undefined,
    }));
    gradient(g, g.reduceSum(output, [0, 1]), [...trained]);
  });
}

/** Neither the one that files are read for nor a length that images have. */
const BATCH = 7;

function outputOf(
  g: Operations,
  network: Network,
  optionsFor: (parameter: (name: string) => Value) => ForwardOptions,
): Value {
  const specs = new Map(networkParameters(network).map((spec) => [spec.name, spec]));
  const values = new Map<string, Value>();
  const parameter = (name: string): Value => {
    const value = values.get(name) ?? g.input(name, "float32", specs.get(name)?.shape ?? []);
    values.set(name, value);
    return value;
  };
  const x = g.input("network input", "float32", [BATCH, ...network.inputShape]);
  return forward(g, { network, x, options: optionsFor(parameter) });
}

function problemOf(build: () => void): string | null {
  try {
    build();
    return null;
  } catch (error) {
    if (error instanceof GraphError) return error.message;
    throw error;
  }
}
