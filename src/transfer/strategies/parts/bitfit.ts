/** @file Fine-tuning of biases alone. */

import { trainParts } from "../../freeze-plan.ts";
import type { Strategy } from "../../strategy.ts";

export const bitfit: Strategy = {
  label: "biases alone",
  description: "The source network with a new last layer; of the layers below it only the biases train.",
  source: "Ben Zaken, Goldberg and Ravfogel 2022, arXiv:2106.10199",
  startsFrom: "source",
  plan: (network, { head }) => trainParts(network, { only: "biases", head }),
};
