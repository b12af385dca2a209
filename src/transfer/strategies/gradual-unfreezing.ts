/** @file The head first, then one layer more at a time. */

import { ConfigError } from "../../core/index.ts";
import { parameterLayers, trainAll } from "../freeze-plan.ts";
import type { Stage, Strategy } from "../strategy.ts";

export const gradualUnfreezing: Strategy = {
  label: "gradual unfreezing",
  description: "A new last layer trains, then more and more of those below it; every layer for the second half.",
  source: "Howard and Ruder 2018, arXiv:1801.06146",
  startsFrom: "source",
  plan: (network, { head }) => trainAll(network, { head }),
  stages: (network, epochs) => {
    if (epochs < 2) throw new ConfigError(`epochs: expected at least 2 for gradual-unfreezing, got ${epochs}.`);
    const layers = parameterLayers(network);
    const unfreezing = Math.floor(epochs / 2);
    // one epoch at least for each stage; where there are more layers than epochs, several are unfrozen at a time
    const count = Math.min(unfreezing, Math.max(1, layers.length - 1));
    const partial = Array.from({ length: count }, (_, index): Stage => {
      const trained = 1 + Math.floor((index * (layers.length - 1)) / count);
      return {
        label: trained === 1 ? "head alone" : `last ${trained} layers`,
        epochs: Math.floor(((index + 1) * unfreezing) / count) - Math.floor((index * unfreezing) / count),
        trains: layers.slice(-trained),
      };
    });
    return [...partial, { label: "everything", epochs: epochs - unfreezing, trains: layers }];
  },
};
