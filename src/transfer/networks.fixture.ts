/** @file Networks for tests of what trains and what does not. */

import {
  type Network,
  activation,
  add,
  batchNorm,
  conv2d,
  dense,
  dropout,
  globalAveragePool,
} from "../engine/nn/index.ts";

/** Batch normalization at the top level and inside a residual branch, and two dropouts below the head. */
export function residualNetwork(): Network {
  return {
    name: "residual",
    inputShape: [3, 8, 8],
    layers: [
      conv2d("stem", { filters: 4 }),
      batchNorm("norm"),
      activation("relu", "relu"),
      add("block", [[conv2d("conv", { filters: 4 }), batchNorm("norm"), activation("relu", "relu")], []]),
      globalAveragePool("pool"),
      dropout("dropout1", 0.2),
      dropout("dropout2", 0.3),
      dense("head", { units: 3 }),
    ],
  };
}
