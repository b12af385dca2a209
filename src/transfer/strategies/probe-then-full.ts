/** @file The head first, solved for; then everything. */

import { ConfigError } from "../../core/index.ts";
import { parameterLayers, trainAll } from "../freeze-plan.ts";
import type { Strategy } from "../strategy.ts";

/** Once the head fits the features, the features move in smaller steps. */
const FULL_FACTOR = 0.5;

export const probeThenFull: Strategy = {
  label: "probe, then full",
  description: `The new last layer starts as the linear probe's solution, then every layer trains at ${FULL_FACTOR} times the learning rate.`,
  source: "Kumar et al. 2022, arXiv:2202.10054",
  startsFrom: "source",
  plan: (network, { head }) => trainAll(network, { head }),
  stages: (network, epochs) => {
    if (epochs < 2) {
      throw new ConfigError(
        `epochs: expected at least 2 for probe-then-full, whose first is the solved head, got ${epochs}. ` +
          "Set 2 or more, or leave the strategy out.",
      );
    }
    const layers = parameterLayers(network);
    return [
      { label: "head solved", epochs: 1, trains: layers.slice(-1), dropout: false, solves: "logistic" },
      {
        label: "everything",
        epochs: epochs - 1,
        trains: layers,
        learningRateFactors: Object.fromEntries(layers.map((layer) => [layer, FULL_FACTOR])),
      },
    ];
  },
};
