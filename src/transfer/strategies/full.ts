/** @file Fine-tuning of everything. */

import { trainAll } from "../freeze-plan.ts";
import type { Strategy } from "../strategy.ts";

export const full: Strategy = {
  label: "full fine-tuning",
  description: "The source network with a new last layer; every layer trains.",
  startsFrom: "source",
  plan: (network, { head }) => trainAll(network, { head }),
};
