/** @file Classes by the most alike training images: nothing trains. */

import { solvedHead } from "./solved-head.ts";

export const kNearest = solvedHead("k-nearest", {
  label: "nearest neighbours",
  description:
    "Each image goes to the class of the training images whose standardized source features are most alike; nothing trains.",
  source: "Cover and Hart 1967; Wu et al. 2018, arXiv:1805.01978",
});
