/** @file Fine-tuning of everything, held near where it started. */

import { trainAll } from "../freeze-plan.ts";
import { withOptions } from "../strategy.ts";

export const l2Sp = withOptions(
  {
    alpha: {
      kind: "number",
      min: 0,
      default: 0.01,
      description: "strength of the pull towards the source's weights",
    },
    beta: { kind: "number", min: 0, default: 0.01, description: "strength of the pull of new weights towards 0" },
  },
  ({ alpha, beta }) => ({
    label: "L2-SP",
    description: "Every layer trains, transferred weights pulled back to the source's and new ones towards 0.",
    source: "Li et al. 2018, arXiv:1802.01483",
    startsFrom: "source",
    plan: (network, { head }) => trainAll(network, { head }),
    pulls: { transferred: alpha, fresh: beta },
  }),
);
