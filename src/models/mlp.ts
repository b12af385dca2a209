/** @file A plain multilayer perceptron. */

import type { Shape } from "../core/index.ts";
import { type Network, activation, dense, dropout, flatten } from "../engine/nn/index.ts";

const UNITS = 512;
const DROPOUT = 0.2;

/**
 * Flatten → Dense 512 → Dropout 0.2 → Dense 512 → Dropout 0.2 → Dense, ReLU after the first two.
 *
 * 1,841,162 parameters for 32x32 RGB and ten classes, 669,706 for 28x28 in grey.
 *
 * Source: the `mnist_mlp` example of Keras 2.
 */
export function mlp({ inputShape, numClasses }: { inputShape: Shape; numClasses: number }): Network {
  return {
    name: "mlp",
    inputShape,
    layers: [
      flatten("flatten"),
      dense("dense1", { units: UNITS }),
      activation("relu1", "relu"),
      dropout("dropout1", DROPOUT),
      dense("dense2", { units: UNITS }),
      activation("relu2", "relu"),
      dropout("dropout2", DROPOUT),
      dense("dense3", { units: numClasses }),
    ],
  };
}
