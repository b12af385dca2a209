/** @file Fine-tuning of everything, lower layers more slowly. */

import { parameterLayers, trainAll } from "../freeze-plan.ts";
import type { Strategy } from "../strategy.ts";

/** How many times more slowly a layer learns than the one above it. */
const SLOWER = 2.6;

export const discriminative: Strategy = {
  label: "discriminative rates",
  description: `Every layer trains, each ${SLOWER} times more slowly than the one above it.`,
  source: "Howard and Ruder 2018, arXiv:1801.06146",
  startsFrom: "source",
  plan: (network, { head }) => trainAll(network, { head }),
  stages: (network, epochs) => {
    const layers = parameterLayers(network);
    const learningRateFactors = Object.fromEntries(
      layers.map((layer, index) => [layer, SLOWER ** (index - layers.length + 1)]),
    );
    return [{ label: "everything", epochs, trains: layers, learningRateFactors }];
  },
};
