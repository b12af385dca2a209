/** @file Classes by their mean features: nothing trains. */

import { solvedHead } from "./solved-head.ts";

export const nearestMean = solvedHead("nearest-mean", {
  label: "nearest mean",
  description:
    "Each image goes to the class whose mean is nearest, in the source's standardized features; nothing trains.",
  source: "Mensink et al. 2013; Snell et al. 2017, arXiv:1703.05175",
});
