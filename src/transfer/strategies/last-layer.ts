/** @file A new last layer on frozen source features. */

import { trainLast } from "../freeze-plan.ts";
import type { Strategy } from "../strategy.ts";

export const lastLayer: Strategy = {
  label: "fine-tune one layer",
  description: "The source network with a new last layer, the only one that trains.",
  startsFrom: "source",
  plan: (network, { head }) => trainLast(network, { count: 1, head }),
};
