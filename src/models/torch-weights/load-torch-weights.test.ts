import { describe, expect, test } from "vitest";
import { DataError, type Tensor, float32, int64, zeros } from "../../core/index.ts";
import { type Network, networkParameters } from "../../engine/nn/index.ts";
import { cifarResNet } from "../cifar-resnet.ts";
import { classicCnn } from "../classic-cnn.ts";
import { mlp } from "../mlp.ts";
import { mobileNetV2 } from "../mobilenet-v2.ts";
import { loadTorchWeights } from "./load-torch-weights.ts";

const options = { inputShape: [3, 8, 8], numClasses: 4 };
const padded = cifarResNet({ ...options, blocksPerStage: 1 });
const projected = cifarResNet({ ...options, blocksPerStage: 1, shortcut: "projected" });
const classic = classicCnn(options);
/** The error of a file. */
const wrong = (message: string, path: string): DataError => new DataError(message, { location: { path } });
const FIX = "Take weights of the same architecture, or the architecture of these weights.";

/** Zeros for every parameter, under other names. */
function tensorsOf(network: Network, rename: (name: string) => string = (name) => name): Record<string, Tensor> {
  return Object.fromEntries(networkParameters(network).map(({ name, shape }) => [rename(name), zeros(shape)]));
}

const names = (network: Network): string[] => networkParameters(network).map(({ name }) => name);

describe("names", () => {
  test.each([padded, projected, classic, mobileNetV2(options), mlp(options)])("$name takes its own", (network) => {
    const { parameters, renamed, ignored } = loadTorchWeights(network, tensorsOf(network));
    expect(Object.keys(parameters)).toEqual(names(network));
    expect([renamed, ignored]).toEqual([{}, []]);
  });

  test("wrappers' prefixes are taken off, counters ignored", () => {
    const tensors = tensorsOf(padded, (name) => `module._orig_mod.${name}`);
    tensors["module._orig_mod.bn1.num_batches_tracked"] = int64([7], []);
    const { parameters, ignored } = loadTorchWeights(padded, tensors);
    expect(Object.keys(parameters)).toEqual(names(padded));
    expect(ignored).toEqual(["module._orig_mod.bn1.num_batches_tracked"]);
  });

  test("a port's other words for the last layer and the shortcut are known", () => {
    const other = (name: string): string => name.replace("linear.", "fc.").replace(".downsample.", ".shortcut.");
    const { renamed } = loadTorchWeights(projected, tensorsOf(projected, other));
    expect(renamed["linear.weight"]).toBe("fc.weight");
    expect(renamed["layer2.0.downsample.1.running_var"]).toBe("layer2.0.shortcut.1.running_var");
    expect(Object.keys(renamed).length).toBe(12);
  });

  test("numbered layers are matched in the order of their numbers, convolutions before dense layers", () => {
    const numbers: Record<string, string> = {
      conv1: "features.0",
      conv2: "features.2",
      conv3: "features.9",
      conv4: "features.10",
      dense1: "classifier.1",
      dense2: "classifier.4",
    };
    const rename = (name: string): string => name.replace(/^\w+/, (layer) => numbers[layer]);
    // in the order of a file sorted by name
    const sorted = Object.fromEntries(Object.entries(tensorsOf(classic, rename)).sort(([a], [b]) => (a < b ? -1 : 1)));
    const { renamed } = loadTorchWeights(classic, sorted);
    expect(renamed).toEqual(Object.fromEntries(names(classic).map((name) => [name, rename(name)])));
  });
});

describe("precisions", () => {
  const one = (tensor: Tensor): Tensor<"float32"> =>
    loadTorchWeights(padded, { ...tensorsOf(padded), "linear.bias": tensor }).parameters["linear.bias"];

  test("halves and doubles become float32", () => {
    expect(one({ dtype: "float16", shape: [4], data: Uint16Array.of(0x3c00, 0xc000, 0, 0x3555) })).toEqual(
      float32([1, -2, 0, 0.333251953125]),
    );
    expect(one({ dtype: "float64", shape: [4], data: Float64Array.of(1, 2, 3, 0.1) })).toEqual(float32([1, 2, 3, 0.1]));
  });

  test("whole numbers are refused", () => {
    expect(() => one(int64([1, 2, 3, 4]))).toThrow(
      wrong('weights: expected "linear.bias" in float32, float16, bfloat16 or float64, got int64.', "weights"),
    );
  });
});

describe("weights of another network", () => {
  const load = (network: Network, tensors: Record<string, Tensor>) => () => loadTorchWeights(network, tensors, "w.st");

  test("with projections where none are wanted name the first", () => {
    expect(load(padded, tensorsOf(projected))).toThrow(
      wrong(
        `w.st: expected no further tensor for resnet-8, got "layer2.0.downsample.0.weight" [32, 16, 1, 1]. ${FIX}`,
        "w.st",
      ),
    );
  });

  test("without projections where some are wanted name the first", () => {
    expect(load(projected, tensorsOf(padded))).toThrow(
      wrong(
        `w.st: expected "layer2.0.downsample.0.weight" [32, 16, 1, 1] for resnet-8-projected, got no such tensor. ${FIX}`,
        "w.st",
      ),
    );
  });

  test("with other classes name the shape", () => {
    const tensors = { ...tensorsOf(padded), "linear.weight": zeros([10, 64]) };
    expect(load(padded, tensors)).toThrow(
      wrong(`w.st: expected "linear.weight" of shape [4, 64] for resnet-8, got [10, 64]. ${FIX}`, "w.st"),
    );
  });

  test("with other layers name the first that does not fit", () => {
    expect(load(classic, tensorsOf(mlp(options)))).toThrow(
      wrong(`w.st: expected "dense1.weight" of shape [32, 3, 3, 3] for classic-cnn, got [512, 192]. ${FIX}`, "w.st"),
    );
    expect(load(classic, {})).toThrow(
      wrong(`w.st: expected "conv1.weight" [32, 3, 3, 3] for classic-cnn, got no such tensor. ${FIX}`, "w.st"),
    );
  });
});
