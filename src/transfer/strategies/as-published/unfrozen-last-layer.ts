/** @file What the published run did for "fine-tune one layer": nothing was frozen. */

import { parameterLayers, trainAllFrom } from "../../freeze-plan.ts";
import type { Strategy } from "../../strategy.ts";

export const unfrozenLastLayer: Strategy = {
  label: "one new layer, nothing frozen",
  description: "The source network with a new last layer; every layer trains.",
  startsFrom: "source",
  plan: (network) => trainAllFrom(network, { fresh: parameterLayers(network).slice(-1) }),
};
