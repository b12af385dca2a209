/** @file Strategies that solve for a new head on frozen source features. */

import { parameterLayers, trainLast } from "../freeze-plan.ts";
import type { HeadSolver, Strategy } from "../strategy.ts";

/** A new head on the source's features, found by `solves` in one go. */
export function solvedHead(solves: HeadSolver, words: Pick<Strategy, "label" | "description" | "source">): Strategy {
  return {
    ...words,
    startsFrom: "source",
    solves,
    plan: (network) => trainLast(network, { count: 1 }),
    stages: (network, epochs) => [
      { label: "head solved", epochs, trains: parameterLayers(network).slice(-1), dropout: false, solves },
    ],
  };
}
