import { expect, test } from "vitest";
import { DataError, type Tensor } from "../../core/index.ts";
import { type Network, initializeParameters } from "../../engine/nn/index.ts";
import { type Architecture, architectures } from "../zoo.ts";
import { networkOfWeights } from "./network-of-weights.ts";

const options = { inputShape: [3, 32, 32], where: "w.safetensors" };

/** Random weights, under other names. */
function weightsOf(network: Network, rename: (name: string) => string = (name) => name): Record<string, Tensor> {
  const parameters = Object.entries(initializeParameters(network, 5));
  return Object.fromEntries(parameters.map(([name, tensor]) => [rename(name), tensor]));
}

test.each(Object.entries<Architecture>(architectures))("%s has as many classes as its weights", (_, make) => {
  const tensors = weightsOf(make({ inputShape: [3, 32, 32], numClasses: 7 }));
  const { network, parameters } = networkOfWeights(make, tensors, options);
  expect(parameters).toEqual(tensors);
  const head = network.layers[network.layers.length - 1].name;
  expect(parameters[`${head}.bias`].shape).toEqual([7]);
});

test("a port's names are known", () => {
  const make = architectures["resnet-20"];
  const tensors = weightsOf(make({ inputShape: [3, 32, 32], numClasses: 3 }), (name) =>
    `module.${name}`.replace("linear.", "fc."),
  );
  const { parameters } = networkOfWeights(make, tensors, options);
  expect(parameters["linear.bias"].shape).toEqual([3]);
});

test("weights of another architecture are refused by the first that does not fit", () => {
  const tensors = weightsOf(architectures["resnet-20"]({ inputShape: [3, 32, 32], numClasses: 3 }));
  expect(() => networkOfWeights(architectures["resnet-32"], tensors, options)).toThrow(
    new DataError(
      'w.safetensors: expected "layer1.3.conv1.weight" [16, 16, 3, 3] for resnet-32, got no such tensor. ' +
        "Take weights of the same architecture, or the architecture of these weights.",
      { location: { path: "w.safetensors" } },
    ),
  );
  expect(() => networkOfWeights(architectures.mlp, {}, options)).toThrow(DataError);
});
