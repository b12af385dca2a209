/** @file A linear classifier on the source's features as they are. */

import { parameterLayers, trainLast } from "../freeze-plan.ts";
import type { Strategy } from "../strategy.ts";

export const linearProbe: Strategy = {
  label: "linear probe",
  description: "A new last layer on the source's features, without dropout before it.",
  startsFrom: "source",
  plan: (network, { head }) => trainLast(network, { count: 1, head }),
  stages: (network, epochs) => [
    { label: "head alone", epochs, trains: parameterLayers(network).slice(-1), dropout: false },
  ],
};
