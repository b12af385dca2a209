/** @file Fine-tuning of normalizations alone. */

import { trainParts } from "../../freeze-plan.ts";
import type { Strategy } from "../../strategy.ts";

export const normTuning: Strategy = {
  label: "normalizations alone",
  description:
    "The source network with a new last layer; of the layers below it only the scales and shifts of normalizations train.",
  source: "Frankle, Schwab and Morcos 2021, arXiv:2003.00152",
  startsFrom: "source",
  plan: (network, { head }) => trainParts(network, { only: "normalizations", head }),
};
