/** @file The head first, alone; then everything. */

import { ConfigError } from "../../core/index.ts";
import { parameterLayers, trainAll } from "../freeze-plan.ts";
import type { Strategy } from "../strategy.ts";

/** Once the head fits the features, the features move in smaller steps. */
const FULL_FACTOR = 0.2;

export const probeThenFull: Strategy = {
  label: "probe, then full",
  description:
    "For half of the epochs a new last layer trains alone, then every layer at a fifth of the learning rate.",
  source: "Kumar et al. 2022, arXiv:2202.10054",
  startsFrom: "source",
  plan: (network, { head }) => trainAll(network, { head }),
  stages: (network, epochs) => {
    if (epochs < 2) throw new ConfigError(`epochs: expected at least 2 for probe-then-full, got ${epochs}.`);
    const layers = parameterLayers(network);
    const probe = Math.floor(epochs / 2);
    return [
      { label: "head alone", epochs: probe, trains: layers.slice(-1), dropout: false },
      {
        label: "everything",
        epochs: epochs - probe,
        trains: layers,
        learningRateFactors: Object.fromEntries(layers.map((layer) => [layer, FULL_FACTOR])),
      },
    ];
  },
};
