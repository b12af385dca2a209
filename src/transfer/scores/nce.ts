/** @file NCE: what the source's answers leave open about the target's classes. */

import { type SourceAnswers, rowWidth } from "./labelled-rows.ts";

/**
 * Negative conditional entropy of the target's labels given the source's most probable class, in nats:
 * at most 0, higher is better. Of equal probabilities the first class is the answer.
 *
 * -H(Y | Z) = (1/N) sum_i log P(y_i | z_i), with the shares of the images themselves.
 *
 * @throws ConfigError if there are no images or the rows are not of one length.
 * Source: Tran et al. 2019, arXiv:1908.08142.
 */
export function nce({ probabilities, labels }: SourceAnswers): number {
  const sourceClasses = rowWidth(probabilities, labels, "NCE");
  const together = new Map<string, { count: number; answer: number }>();
  const answers = new Float64Array(sourceClasses);
  for (let row = 0; row < labels.length; row++) {
    const answer = largestOf(probabilities, row * sourceClasses, sourceClasses);
    const key = `${labels[row]}/${answer}`;
    together.set(key, { answer, count: (together.get(key)?.count ?? 0) + 1 });
    answers[answer] += 1;
  }
  let sum = 0;
  for (const { count, answer } of together.values()) sum += count * Math.log(count / answers[answer]);
  return sum / labels.length;
}

function largestOf(values: ArrayLike<number>, start: number, count: number): number {
  let largest = 0;
  for (let index = 1; index < count; index++) if (values[start + index] > values[start + largest]) largest = index;
  return largest;
}
