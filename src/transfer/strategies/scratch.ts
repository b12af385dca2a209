/** @file No transfer: the baseline every other strategy is held against. */

import { trainEverything } from "../freeze-plan.ts";
import type { Strategy } from "../strategy.ts";

export const scratch: Strategy = {
  label: "no transfer",
  description: "Random weights; every layer trains on the target alone.",
  startsFrom: "random",
  plan: trainEverything,
};
