/** @file Which images' classes several strategies contradict, and how surely. */

/** An image whose class every strategy contradicts. */
export interface ImageVerdict {
  readonly position: number;
  /** Label that it has, and the one that the strategies together find likeliest. */
  readonly given: number;
  readonly likely: number;
  /** Means of the strategies' probabilities of both, in [0, 1]. */
  readonly givenProbability: number;
  readonly likelyProbability: number;
}

export interface JudgeOptions {
  readonly labels: ArrayLike<number>;
  readonly numClasses: number;
  /** Positions of the images that were asked about. */
  readonly asked: readonly number[];
}

/** Keeps a logarithm finite. */
const LEAST = 1e-9;

/**
 * answers: by strategy, probabilities [images, classes] of models that did not train on the image.
 *
 * An image is contradicted where another class is likelier than its own. Of those that every strategy contradicts, the
 * one comes first whose mean of log p(likeliest) - log p(own) over the strategies is the largest.
 *
 * Returns also each strategy's share of images whose class it confirms.
 */
export function judgeImages(
  answers: readonly Float64Array[],
  { labels, numClasses, asked }: JudgeOptions,
): { accuracies: number[]; suspects: ImageVerdict[] } {
  const rowOf = (values: Float64Array, position: number): Float64Array =>
    values.subarray(position * numClasses, (position + 1) * numClasses);
  const confirms = (values: Float64Array, position: number): boolean => {
    const row = rowOf(values, position);
    return row[labels[position]] >= largestOf(row);
  };
  const accuracies = answers.map(
    (values) => asked.filter((position) => confirms(values, position)).length / asked.length,
  );
  const doubted = asked.filter((position) => answers.every((values) => !confirms(values, position)));
  const judged = doubted.map((position) => {
    const rows = answers.map((values) => rowOf(values, position));
    return { doubt: doubtOf(rows, labels[position]), verdict: verdictOf(rows, { position, given: labels[position] }) };
  });
  judged.sort((a, b) => b.doubt - a.doubt || a.verdict.position - b.verdict.position);
  return { accuracies, suspects: judged.map(({ verdict }) => verdict) };
}

function doubtOf(rows: readonly Float64Array[], given: number): number {
  const log = (probability: number): number => Math.log(Math.max(LEAST, probability));
  return rows.reduce((sum, row) => sum + log(largestOf(row)) - log(row[given]), 0) / rows.length;
}

function verdictOf(
  rows: readonly Float64Array[],
  { position, given }: Pick<ImageVerdict, "position" | "given">,
): ImageVerdict {
  const means = rows[0].map((_, label) => rows.reduce((sum, row) => sum + row[label], 0) / rows.length);
  // each strategy contradicts the image, so another class is the likeliest for at least one of them
  const others = means.map((probability, label) => (label === given ? -1 : probability));
  const likely = others.indexOf(largestOf(others));
  return { position, given, likely, givenProbability: means[given], likelyProbability: means[likely] };
}

function largestOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
