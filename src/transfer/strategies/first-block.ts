/** @file Surgical fine-tuning of the lowest layer. */

import { parameterLayers, trainOnly } from "../freeze-plan.ts";
import type { Strategy } from "../strategy.ts";

export const firstBlock: Strategy = {
  label: "first block",
  description: "The lowest layer and a new last layer train; all between are frozen.",
  source: "Lee et al. 2022, arXiv:2210.11466",
  startsFrom: "source",
  plan: (network, { head }) => trainOnly(network, { layers: parameterLayers(network).slice(0, 1), head }),
};
