/** @file Fine-tuning of everything, held near where it started. */

import { trainAll } from "../freeze-plan.ts";
import type { Strategy } from "../strategy.ts";

export const l2Sp: Strategy = {
  label: "L2-SP",
  description: "Every layer trains, transferred weights pulled back to the source's and new ones towards 0.",
  source: "Li et al. 2018, arXiv:1802.01483",
  startsFrom: "source",
  plan: (network, { head }) => trainAll(network, { head }),
  pulls: { transferred: 0.01, fresh: 0.01 },
};
