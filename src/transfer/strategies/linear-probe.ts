/** @file A linear classifier on the source's features as they are. */

import { solvedHead } from "./solved-head.ts";

export const linearProbe = solvedHead("logistic", {
  label: "linear probe",
  description:
    "A new last layer on the source's features, solved for: L2 logistic regression on standardized features, its strength cross-validated on the training images.",
  source: "Kornblith et al. 2019, arXiv:1805.08974",
});
