/** @file `only-conv*`: the layers that a pattern matches, and the head. */

import { ConfigError } from "../../../core/index.ts";
import { parameterLayers, trainOnly } from "../../freeze-plan.ts";
import type { StrategyFamily } from "./family.ts";

export const onlyLayers: StrategyFamily = {
  form: "only-<pattern>",
  description: "the layers that match the pattern (* for any letters) train, and a new last layer",
  named: (name) => {
    const pattern = /^only-(.+)$/.exec(name)?.[1];
    if (pattern === undefined) return undefined;
    return {
      label: `fine-tune only ${pattern}`,
      description: `The source network with a new last layer; it and the layers that match ${pattern} train.`,
      source: "Lee et al. 2022, arXiv:2210.11466",
      startsFrom: "source",
      plan: (network, { head }) => {
        const layers = parameterLayers(network);
        const matching = layers.filter((layer) => matches(layer, pattern));
        if (matching.length === 0) {
          throw new ConfigError(
            `strategies: expected a pattern that matches one of ${layers.join(", ")}, got "${name}".`,
          );
        }
        return trainOnly(network, { layers: matching, head });
      },
    };
  },
};

function matches(layer: string, pattern: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join(".*")}$`).test(layer);
}
