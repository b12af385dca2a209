/** @file `last-3`: so many layers, counted from the end. */

import { trainLast } from "../../freeze-plan.ts";
import type { StrategyFamily } from "./family.ts";

export const lastK: StrategyFamily = {
  form: "last-<k>",
  description: "a new last layer and the k - 1 below it train",
  named: (name) => {
    const count = Number(/^last-(\d+)$/.exec(name)?.[1] ?? NaN);
    if (Number.isNaN(count)) return undefined;
    return {
      label: `fine-tune ${count} layers`,
      description: `The source network with a new last layer; the last ${count} layers train.`,
      startsFrom: "source",
      plan: (network, { firstLayer, head }) => trainLast(network, { count, below: firstLayer, head }),
    };
  },
};
