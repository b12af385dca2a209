/** @file `A3B`, `B3B` and their fine-tuned forms: how general or special each layer's features are. */

import { ConfigError } from "../../../core/index.ts";
import { parameterLayers } from "../../freeze-plan.ts";
import type { StrategyFamily } from "./family.ts";

export const layerCurve: StrategyFamily = {
  form: "A<n>B, B<n>B, with + for fine-tuning",
  description: "the first n layers from the source (A) or from the target's own scratch run (B), the rest new",
  named: (name) => {
    const [, from, digits, plus] = /^([AB])(\d+)B(\+?)$/.exec(name) ?? [];
    if (from === undefined) return undefined;
    const layers = Number(digits);
    const tuned = plus === "+";
    const origin = from === "A" ? "the source" : "the scratch run";
    return {
      label: name,
      description: `The first ${layers} layers from ${origin}, ${tuned ? "fine-tuned" : "frozen"}; the rest starts new and trains.`,
      source: "Yosinski et al. 2014, arXiv:1411.1792",
      layerCurve: { from: from === "A" ? "source" : "target", layers, tuned },
      startsFrom: from === "A" ? "source" : { strategy: "scratch" },
      plan: (network) => {
        const all = parameterLayers(network);
        if (layers < 1 || layers >= all.length) {
          throw new ConfigError(
            `strategies: expected 1 to ${all.length - 1} layers of ${network.name} for "${name}", got ${layers}.`,
          );
        }
        return all.map((layer, index) =>
          index < layers ? { layer, starts: "transferred", trains: tuned } : { layer, starts: "fresh", trains: true },
        );
      },
    };
  },
};
