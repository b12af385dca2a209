/** @file A network with weights that PyTorch trained, as many classes in its head as they have. */

import type { Shape, Tensor } from "../../core/index.ts";
import { type Network, networkParameters } from "../../engine/nn/index.ts";
import type { Architecture } from "../zoo.ts";
import { type TorchWeights, loadTorchWeights, matchTensors } from "./load-torch-weights.ts";

/** A network and its weights. */
export interface NetworkOfWeights extends TorchWeights {
  readonly network: Network;
}

/**
 * Makes the network that the tensors of a `state_dict` belong to; see `loadTorchWeights` for the names they may have.
 *
 * `where` is the file as the user knows it.
 *
 * @throws DataError if they are of another architecture, or of images of another size.
 */
export function networkOfWeights(
  make: Architecture,
  tensors: Readonly<Record<string, Tensor>>,
  { inputShape, where }: { inputShape: Shape; where: string },
): NetworkOfWeights {
  const withClasses = (numClasses: number): Network => make({ inputShape, numClasses });
  // any number of classes has the same names
  const wanted = networkParameters(withClasses(1));
  const head = wanted.findLast(({ shape }) => shape.length === 2);
  if (head === undefined) throw new Error("internal: an architecture without a dense layer");
  const { names } = matchTensors(wanted, tensors);
  const [numClasses = 0] = Object.hasOwn(names, head.name) ? tensors[names[head.name]].shape : [];
  const network = withClasses(Math.max(1, numClasses));
  return { network, ...loadTorchWeights(network, tensors, where) };
}
