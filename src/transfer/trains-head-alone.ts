/** @file Tells the strategies that need no gradient below the head. */

import { ConfigError } from "../core/index.ts";
import { type Network, dense } from "../engine/nn/index.ts";
import type { Strategy } from "./strategy.ts";

/** Stands for any network: the lowest layer, one between, the head. */
const anyNetwork: Network = {
  name: "any network",
  inputShape: [1],
  layers: ["lowest", "between", "head"].map((name) => dense(name, { units: 1 })),
};

/** True for strategies that put a new head on a source network and train nothing else. */
export function trainsHeadAlone(strategy: Strategy): boolean {
  if (strategy.startsFrom !== "source") return false;
  try {
    return strategy.plan(anyNetwork, {}).every(({ trains }, index, { length }) => trains === (index === length - 1));
  } catch (error) {
    // it names layers, or more of them than there are
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
