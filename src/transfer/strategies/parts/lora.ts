/** @file Low-rank adapters beside frozen products. */

import { type Network, attentionWeights, productWeights, withAdapters } from "../../../engine/nn/index.ts";
import { trainAdapters } from "../../freeze-plan.ts";
import { withOptions } from "../../strategy.ts";

/** Adapters count alpha / rank times, so that one rate suits every rank. As in peft. */
const ALPHA = 8;

export const lora = withOptions(
  {
    rank: {
      kind: "whole number",
      min: 1,
      max: 64,
      default: 8,
      description: "columns of an adapter's thin matrices",
    },
    everyProduct: {
      kind: "switch",
      default: false,
      description: "adapters beside all matrix products and 1x1 convolutions, also of networks with attention",
    },
  },
  ({ rank, everyProduct }) => {
    const weightsOf = (network: Network): string[] => adaptedWeights(network, { everyProduct });
    return {
      label: "low-rank adapters",
      description:
        "The source network with a new last layer; below it nothing trains but a thin product beside attention's or, without attention, beside every matrix product and 1x1 convolution, merged at the end.",
      source: "Hu et al. 2021, arXiv:2106.09685",
      startsFrom: "source",
      adapt: (network) => withAdapters(network, { weights: weightsOf(network), rank, alpha: ALPHA }),
      plan: (network, { head }) => trainAdapters(network, { weights: weightsOf(network), head }),
    };
  },
);

/** Where attention is told what it attends to, if the network attends. */
function adaptedWeights(network: Network, { everyProduct }: { everyProduct: boolean }): string[] {
  const attention = everyProduct ? [] : attentionWeights(network);
  return attention.length > 0 ? attention : productWeights(network);
}
