/** @file Cross-entropy of linear classifiers over rows of features, with its gradient; several classifiers at once. */

import { type Tensor, float32, sizeOf } from "../../../core/index.ts";
import { type Session, type SessionOptions, createSession } from "../../../engine/runtime/index.ts";
import { type Standardization, foldStandardization } from "../standardization.ts";
import {
  type GraphBlock,
  type LabelledRows,
  type LossSizes,
  MOST_COUPLED,
  graphBlocks,
  lossGraph,
} from "./logistic-graph.ts";
import { rowsPerBlock } from "./row-blocks.ts";

/** Rows for which all numbers together would be more are read again for every evaluation. */
const MEMORY_LIMIT_BYTES = 2 ** 30;

export interface LogisticLossOptions extends LabelledRows {
  /** For each classifier, how much every row counts, [n]; 0 leaves it out. */
  readonly rowWeights: readonly Float32Array[];
  /** For each classifier, what its features are made with from those of the rows; they are the rows' own when left out. */
  readonly standardizations?: readonly Standardization[];
  readonly memoryLimitBytes?: number;
}

/** What is known of one classifier. */
export interface LogisticEvaluation {
  /** sum_i weight_i crossEntropy_i, in nats. */
  readonly loss: number;
  /** Of the loss: [C, d] of the weight, then [C] of the bias. */
  readonly gradient: Float64Array;
  /** sum_i weight_i p_ic (1 - p_ic) for each class, [C]. */
  readonly curvature: Float64Array;
  /** sum_i weight_i p_ia p_ib for each pair of classes, [C, C]; null for more than {@link MOST_COUPLED} classes. */
  readonly products: Float64Array | null;
  /** Cross-entropy of every row, of those that are left out too, [n]. */
  readonly rowLosses: Float64Array;
  /** Rows whose most probable class (the first of equals) is theirs: 1, else 0; [n]. */
  readonly rowHits: Uint8Array;
}

/** One classifier for each entry of `rowWeights`. */
export interface LogisticLoss {
  /** points: [C, d] weight, then [C] bias. A null is left out: what is known there is of no use. */
  evaluate(points: readonly (Float64Array | null)[]): Promise<LogisticEvaluation[]>;
  close(): Promise<void>;
}

/** Compiles the loss; products are computed in float32, sums over blocks of rows in double precision. */
export async function createLogisticLoss(options: LogisticLossOptions, session: SessionOptions): Promise<LogisticLoss> {
  const { rows, numClasses: classes, rowWeights } = options;
  const [count, width] = [rows.count, sizeOf(rows.shape)];
  const sizes = { count, width, classes, classifiers: rowWeights.length, block: rowsPerBlock({ count, width }) };
  const graph = lossGraph(sizes);
  const running = await createSession(graph, { ...session, device: "cpu" });
  const isKept = count * width * Float32Array.BYTES_PER_ELEMENT <= (options.memoryLimitBytes ?? MEMORY_LIMIT_BYTES);
  const kept = isKept ? [...graphBlocks(options, sizes)] : undefined;
  // written to by every run, and read before the next
  const outputs = Object.fromEntries(
    graph.outputs.map(({ name, shape }) => [name, float32(new Float32Array(sizeOf(shape)), shape)]),
  );
  return {
    evaluate: (points) =>
      evaluate(points, { session: running, sizes, outputs, blocks: kept ?? graphBlocks(options, sizes), options }),
    close: () => running.close(),
  };
}

interface EvaluateOptions {
  session: Session;
  sizes: LossSizes;
  outputs: Readonly<Record<string, Tensor>>;
  blocks: Iterable<GraphBlock>;
  options: LogisticLossOptions;
}

async function evaluate(
  points: readonly (Float64Array | null)[],
  { session, sizes, outputs, blocks: all, options }: EvaluateOptions,
): Promise<LogisticEvaluation[]> {
  const { classes, width, count } = sizes;
  const { labels, rowWeights, standardizations } = options;
  const parameters = parameterTensors(points, { sizes, standardizations });
  const results = points.map(() => ({
    gradient: new Float64Array(classes * (width + 1)),
    curvature: new Float64Array(classes),
    products: classes <= MOST_COUPLED ? new Float64Array(classes ** 2) : null,
    rowLosses: new Float64Array(count),
    rowHits: new Uint8Array(count),
  }));
  for (const block of all) {
    await session.run({ ...block.feeds, ...parameters }, outputs);
    for (const [index, result] of results.entries()) {
      if (points[index] === null) continue;
      addSums(result, outputs, index);
      readRows(result, outputs.logProbabilities.data as Float32Array, { index, sizes, block, labels });
    }
  }
  return results.map((result, index) => {
    const weights = rowWeights[index];
    unfoldGradient(result.gradient, standardizations?.[index]);
    sumPairs(result.curvature, result.products);
    return { ...result, loss: result.rowLosses.reduce((sum, loss, row) => sum + weights[row] * loss, 0) };
  });
}

function parameterTensors(
  points: readonly (Float64Array | null)[],
  {
    sizes: { classes, width, classifiers },
    standardizations,
  }: { sizes: LossSizes; standardizations: LogisticLossOptions["standardizations"] },
): { weight: Tensor; bias: Tensor } {
  const [units, ofOne] = [classifiers * classes, classes * width];
  const [weight, bias] = [new Float32Array(units * width), new Float32Array(units)];
  for (const [index, point] of points.entries()) {
    if (point === null) continue;
    const own = { weight: point.subarray(0, ofOne), bias: point.subarray(ofOne) };
    const standardization = standardizations?.[index];
    const ofRows = standardization === undefined ? own : foldStandardization(own, standardization);
    weight.set(ofRows.weight, index * ofOne);
    bias.set(ofRows.bias, index * classes);
  }
  return { weight: float32(weight, [units, width]), bias: float32(bias, [units]) };
}

/** From the gradient of the classifier of the rows' features, in place: dw = (dw_rows - db mean) * scale. */
function unfoldGradient(gradient: Float64Array, standardization: Standardization | undefined): void {
  if (standardization === undefined) return;
  const { mean, scale } = standardization;
  const width = mean.length;
  const classes = gradient.length / (width + 1);
  for (let unit = 0; unit < classes; unit++) {
    const ofBias = gradient[classes * width + unit];
    for (let index = 0, place = unit * width; index < width; index++, place++) {
      gradient[place] = (gradient[place] - ofBias * mean[index]) * scale[index];
    }
  }
}

type Sums = Omit<LogisticEvaluation, "loss">;

/** Adds what a block gave for one classifier. */
function addSums(
  { gradient, curvature, products }: Sums,
  outputs: Readonly<Record<string, Tensor>>,
  index: number,
): void {
  const biases = gradient.length - curvature.length;
  addPart(gradient.subarray(0, biases), outputs.weightGradient, index);
  addPart(gradient.subarray(biases), outputs.biasGradient, index);
  if (products === null) addPart(curvature, outputs.curvature, index);
  else addPart(products, outputs.products, index);
}

/** p_a (1 - p_a) is the sum of p_a p_b over the other classes, which keeps its digits where p_a is nearly 1. */
function sumPairs(curvature: Float64Array, products: Float64Array | null): void {
  if (products === null) return;
  const classes = curvature.length;
  for (const [place, product] of products.entries()) {
    const [a, b] = [Math.floor(place / classes), place % classes];
    if (a !== b) curvature[a] += product;
  }
}

/** Adds the part of an output that belongs to one classifier. */
function addPart(sum: Float64Array, { data }: Tensor, index: number): void {
  const values = data as Float32Array;
  for (let place = 0, from = index * sum.length; place < sum.length; place++, from++) sum[place] += values[from];
}

function readRows(
  { rowLosses, rowHits }: Sums,
  logProbabilities: Float32Array,
  {
    index,
    sizes: { classes, classifiers },
    block: { start, count },
    labels,
  }: { index: number; sizes: LossSizes; block: GraphBlock; labels: ArrayLike<number> },
): void {
  for (let row = 0; row < count; row++) {
    const first = (row * classifiers + index) * classes;
    const label = labels[start + row];
    let best = 0;
    for (let unit = 1; unit < classes; unit++) {
      if (logProbabilities[first + unit] > logProbabilities[first + best]) best = unit;
    }
    rowLosses[start + row] = -logProbabilities[first + label];
    rowHits[start + row] = best === label ? 1 : 0;
  }
}
