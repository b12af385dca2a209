/** @file LEEP: how well the source's answers, taken as they are, tell the target's classes apart. */

import { type SourceAnswers, rowWidth } from "./labelled-rows.ts";

/**
 * Log expected empirical prediction, in nats: at most 0, higher is better.
 *
 * (1/N) sum_i log( sum_z P(y_i | z) theta(x_i)_z ), where theta are the source's probabilities and P(y | z) is the
 * share of class y in the probability that all images together give to z.
 *
 * @throws ConfigError if there are no images or the rows are not of one length.
 * Source: Nguyen et al. 2020, arXiv:2002.12462.
 */
export function leep({ probabilities, labels }: SourceAnswers): number {
  const sourceClasses = rowWidth(probabilities, labels, "LEEP");
  const joint = new Map<number, Float64Array>();
  const marginal = new Float64Array(sourceClasses);
  for (let row = 0; row < labels.length; row++) {
    const ofClass = joint.get(labels[row]) ?? new Float64Array(sourceClasses);
    joint.set(labels[row], ofClass);
    for (let z = 0; z < sourceClasses; z++) {
      const probability = probabilities[row * sourceClasses + z];
      ofClass[z] += probability;
      marginal[z] += probability;
    }
  }
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const ofClass = joint.get(labels[row]) ?? marginal;
    let expected = 0;
    for (let z = 0; z < sourceClasses; z++) {
      // a class that no image was given any probability of has none to pass on
      if (marginal[z] > 0) expected += (ofClass[z] / marginal[z]) * probabilities[row * sourceClasses + z];
    }
    sum += Math.log(expected);
  }
  return sum / labels.length;
}
