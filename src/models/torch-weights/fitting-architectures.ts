/** @file Which of Graft's architectures some weights belong to. */

import { DataError, type Shape, type Tensor } from "../../core/index.ts";
import { type Architecture, architectures } from "../zoo.ts";
import { networkOfWeights } from "./network-of-weights.ts";

/** An architecture that takes all of the weights. */
export interface FittingArchitecture {
  readonly architecture: string;
  /** Outputs of its head. */
  readonly classes: number;
  /** [C, H, W] */
  readonly imageShape: Shape;
}

/** Every architecture that the tensors of a `state_dict` belong to, for images of a shape. */
export function fittingArchitectures(
  tensors: Readonly<Record<string, Tensor>>,
  imageShape: Shape,
): FittingArchitecture[] {
  return Object.entries(architectures).flatMap(([architecture, make]) => {
    const classes = classesIn(make, tensors, imageShape);
    return classes === null ? [] : [{ architecture, classes, imageShape }];
  });
}

/** Classes in the head of weights that belong to an architecture; null for those of another. */
function classesIn(make: Architecture, tensors: Readonly<Record<string, Tensor>>, inputShape: Shape): number | null {
  try {
    const { network, parameters } = networkOfWeights(make, tensors, { inputShape, where: "weights" });
    return parameters[`${network.layers[network.layers.length - 1].name}.bias`].shape[0];
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}
