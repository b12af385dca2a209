/** @file A new last layer, and the one below it tuned. */

import { trainLast } from "../freeze-plan.ts";
import type { Strategy } from "../strategy.ts";

export const lastTwoLayers: Strategy = {
  label: "fine-tune two layers",
  description: "The source network with a new last layer; it and the layer below train.",
  startsFrom: "source",
  plan: (network, { firstLayer, head }) => trainLast(network, { count: 2, below: firstLayer, head }),
};
