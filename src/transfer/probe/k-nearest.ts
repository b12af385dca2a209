/** @file The classifier by the most similar images, with as many of them as do best when each image is left out. */

import { type Tensor, ConfigError, float32, sizeOf, stream } from "../../core/index.ts";
import { Operations } from "../../engine/onnx/index.ts";
import { type Session, type SessionOptions, createSession } from "../../engine/runtime/index.ts";
import { LEAST_LENGTH, levelsOf } from "./k-nearest-head.ts";
import type { CrossValidated } from "./logistic/choose-strength.ts";
import { rowBlocks } from "./logistic/row-blocks.ts";
import type { ProbeProblem } from "./solve-probe.ts";
import { standardizationOf, standardizeRows } from "./standardization.ts";

const NEIGHBOURS = [1, 3, 5, 10, 20] as const;
const TEMPERATURES = [0.03, 0.1, 0.3] as const;
/** Images that are left out in turn, of more a random choice. */
const MOST_QUERIES = 2000;
/** Similarities that are computed at once. */
const SIMILARITIES_AT_ONCE = 2 ** 21;

/** A way of voting, and how images that were left out were answered. */
export interface NeighbourTrial extends CrossValidated {
  readonly neighbours: number;
  readonly temperature: number;
}

/** What {@link kNearestHead} needs. */
export interface KNearest {
  readonly neighbours: number;
  readonly temperature: number;
  /** By the layer's own names. */
  readonly parameters: Readonly<
    Record<"references" | "answers" | "mean" | "scale" | "neighbours" | "temperature", Tensor<"float32">>
  >;
  /** Every number of neighbours below that of the images, at every temperature. */
  readonly trials: readonly NeighbourTrial[];
  /** The trial that was chosen; null for a single image. */
  readonly crossValidated: CrossValidated | null;
}

/**
 * Chooses the number of neighbours and the temperature with the least log-loss, each image left out of the others in
 * turn; of equals the fewest neighbours, then the lowest temperature. A single image is the one neighbour of all.
 *
 * @throws ConfigError if there is no image.
 * @throws TrainingError if a feature is not finite.
 */
export async function chooseNeighbours(
  { features, labels, numClasses, seed }: Omit<ProbeProblem, "classWeights">,
  { session }: { session: SessionOptions },
): Promise<KNearest> {
  if (features.count === 0) throw new ConfigError("nearest neighbours: expected at least one image, got none.");
  const standardization = standardizationOf(features);
  const [count, width] = [features.count, sizeOf(features.shape)];
  const references = new Float32Array(count * width);
  for (const { start, values } of rowBlocks(standardizeRows(features, standardization))) {
    references.set(toUnitLength(values, width), start * width);
  }
  const answers = new Float32Array(count * numClasses);
  for (let row = 0; row < count; row++) answers[row * numClasses + labels[row]] = 1;
  const trials = await tryAll({ references: float32(references, [count, width]), labels, numClasses, seed }, session);
  const [first, ...others] = trials;
  const best = first && others.reduce((least, trial) => (trial.logLoss < least.logLoss ? trial : least), first);
  const { neighbours, temperature } = best ?? { neighbours: NEIGHBOURS[0], temperature: TEMPERATURES[0] };
  const levels = levelsOf(count);
  return {
    neighbours,
    temperature,
    parameters: {
      neighbours: float32(
        Float32Array.from({ length: levels }, (_, level) => (level === Math.min(neighbours, levels) - 1 ? 1 : 0)),
      ),
      temperature: float32([temperature]),
      references: float32(references, [count, width]),
      answers: float32(answers, [count, numClasses]),
      mean: float32(Float32Array.from(standardization.mean)),
      scale: float32(Float32Array.from(standardization.scale)),
    },
    trials,
    crossValidated: best === undefined ? null : { logLoss: best.logLoss, accuracy: best.accuracy },
  };
}

/** Divides every row by its length, in place. */
function toUnitLength(values: Float32Array, width: number): Float32Array {
  for (let first = 0; first < values.length; first += width) {
    const row = values.subarray(first, first + width);
    let square = 0;
    for (const value of row) square += value * value;
    const length = Math.max(Math.sqrt(square), LEAST_LENGTH);
    for (let index = 0; index < width; index++) row[index] /= length;
  }
  return values;
}

interface Images {
  references: Tensor<"float32">;
  labels: ArrayLike<number>;
  numClasses: number;
  seed: number;
}

/** In order of neighbours, then of temperature. */
async function tryAll(images: Images, options: SessionOptions): Promise<NeighbourTrial[]> {
  const { references, labels, numClasses, seed } = images;
  const [count, width] = references.shape;
  if (count === 1) return [];
  const order = stream(seed, "probe", "neighbours").permutation(count);
  const queries = order.slice(0, MOST_QUERIES).sort();
  const atOnce = Math.max(1, Math.min(queries.length, Math.floor(SIMILARITIES_AT_ONCE / count)));
  const session = await createSession(similarityGraph({ atOnce, count, width }), { ...options, device: "cpu" });
  const ways = NEIGHBOURS.filter((neighbours, index) => index === 0 || neighbours < count).flatMap((neighbours) =>
    TEMPERATURES.map((temperature) => ({ neighbours, temperature, logLoss: 0, accuracy: 0 })),
  );
  try {
    for (let start = 0; start < queries.length; start += atOnce) {
      const block = queries.subarray(start, start + atOnce);
      const similarities = await similaritiesOf(block, { session, references, atOnce });
      for (const [place, image] of block.entries()) {
        const row = similarities.subarray(place * count, (place + 1) * count);
        const ranked = nearestOf(row, image);
        for (const way of ways) {
          const probabilities = vote(ranked, { ...way, labels, numClasses });
          way.logLoss -= Math.log(probabilities[labels[image]]) / queries.length;
          way.accuracy += (firstLargest(probabilities) === labels[image] ? 1 : 0) / queries.length;
        }
      }
    }
    return ways;
  } finally {
    await session.close();
  }
}

function similarityGraph({
  atOnce,
  count,
  width,
}: {
  atOnce: number;
  count: number;
  width: number;
}): ReturnType<Operations["build"]> {
  const g = new Operations();
  const queries = g.input("queries", "float32", [atOnce, width]);
  const references = g.input("references", "float32", [count, width]);
  g.output(g.gemm(queries, references, null, { transB: 1 }), "similarities");
  return g.build("similarities");
}

/** [atOnce, count]; rows past those of the block are of no use. */
async function similaritiesOf(
  block: Uint32Array,
  { session, references, atOnce }: { session: Session; references: Tensor<"float32">; atOnce: number },
): Promise<Float32Array> {
  const [, width] = references.shape;
  const queries = new Float32Array(atOnce * width);
  for (const [place, image] of block.entries()) {
    queries.set(references.data.subarray(image * width, (image + 1) * width), place * width);
  }
  const results = await session.run({ queries: float32(queries, [atOnce, width]), references });
  return results.similarities.data as Float32Array;
}

/** The images nearest to one, that one left out: all on the largest levels of similarity, as many as can vote. */
interface Ranked {
  /** Distinct similarities, descending. */
  readonly levels: readonly number[];
  readonly nearest: readonly { image: number; similarity: number }[];
}

function nearestOf(similarities: Float32Array, leftOut: number): Ranked {
  const most = NEIGHBOURS[NEIGHBOURS.length - 1];
  const levels: number[] = [];
  for (let image = 0; image < similarities.length; image++) {
    const similarity = similarities[image];
    if (image === leftOut || (levels.length === most && similarity <= levels[most - 1])) continue;
    const place = levels.findIndex((level) => level <= similarity);
    if (place === -1) levels.push(similarity);
    else if (levels[place] !== similarity) levels.splice(place, 0, similarity);
    if (levels.length > most) levels.pop();
  }
  const least = levels[levels.length - 1];
  const nearest: { image: number; similarity: number }[] = [];
  for (let image = 0; image < similarities.length; image++) {
    if (image !== leftOut && similarities[image] >= least) nearest.push({ image, similarity: similarities[image] });
  }
  return { levels, nearest };
}

/** Probabilities as {@link kNearestHead} gives them. */
function vote(
  { levels, nearest }: Ranked,
  {
    neighbours,
    temperature,
    labels,
    numClasses,
  }: { neighbours: number; temperature: number; labels: ArrayLike<number>; numClasses: number },
): Float64Array {
  const least = levels[Math.min(neighbours, levels.length) - 1];
  const votes = new Float64Array(numClasses).fill(1 / numClasses);
  let total = 1;
  for (const { image, similarity } of nearest) {
    if (similarity < least) continue;
    const weight = Math.exp((similarity - levels[0]) / temperature);
    votes[labels[image]] += weight;
    total += weight;
  }
  return votes.map((value) => value / total);
}

function firstLargest(values: Float64Array): number {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
