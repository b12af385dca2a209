/** @file What the published run did for "fine-tune two layers": it went on from the one-layer run, nothing frozen. */

import { trainAllFrom } from "../../freeze-plan.ts";
import type { Strategy } from "../../strategy.ts";

export const unfrozenLastTwoLayers: Strategy = {
  label: "continued, nothing frozen",
  description: "The weights of unfrozen-last-layer, trained for as long again; every layer trains.",
  startsFrom: { strategy: "unfrozen-last-layer" },
  plan: (network) => trainAllFrom(network, { fresh: [] }),
};
