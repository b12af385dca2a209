/** @file The network of the classic study. */

import type { Shape } from "../core/index.ts";
import { type Network, activation, conv2d, dense, dropout, flatten, maxPool2d } from "../engine/nn/index.ts";

/**
 * Conv 32 → Conv 64 → MaxPool → Conv 32 → Conv 64 → MaxPool → Flatten → Dense 128 → Dropout 0.4 → Dense.
 *
 * 3x3 "same" convolutions and ReLU throughout; the last layer gives logits.
 * 582,058 parameters for 32x32 RGB and ten classes.
 */
export function classicCnn({ inputShape, numClasses }: { inputShape: Shape; numClasses: number }): Network {
  return {
    name: "classic-cnn",
    inputShape,
    layers: [
      conv2d("conv1", { filters: 32 }),
      activation("relu1", "relu"),
      conv2d("conv2", { filters: 64 }),
      activation("relu2", "relu"),
      maxPool2d("pool1"),
      conv2d("conv3", { filters: 32 }),
      activation("relu3", "relu"),
      conv2d("conv4", { filters: 64 }),
      activation("relu4", "relu"),
      maxPool2d("pool2"),
      flatten("flatten"),
      dense("dense1", { units: 128 }),
      activation("relu5", "relu"),
      dropout("dropout", 0.4),
      dense("dense2", { units: numClasses }),
    ],
  };
}
