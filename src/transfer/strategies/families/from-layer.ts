/** @file `from-conv3`: a layer and all above it. */

import { unknownName } from "../../../core/index.ts";
import { parameterLayers, trainLast } from "../../freeze-plan.ts";
import type { StrategyFamily } from "./family.ts";

export const fromLayer: StrategyFamily = {
  form: "from-<layer>",
  description: "the named layer and all above it train, the last one new",
  named: (name) => {
    const layer = /^from-(.+)$/.exec(name)?.[1];
    if (layer === undefined) return undefined;
    return {
      label: `fine-tune from ${layer} on`,
      description: `The source network with a new last layer; ${layer} and everything above it train.`,
      startsFrom: "source",
      plan: (network, { firstLayer, head }) => {
        const layers = parameterLayers(network);
        const index = layers.indexOf(layer);
        if (index === -1) throw unknownName(layer, layers, `strategies: "${name}"`);
        return trainLast(network, { count: layers.length - index, below: firstLayer, head });
      },
    };
  },
};
