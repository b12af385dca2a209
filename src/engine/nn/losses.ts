/** @file Losses and the count of correct answers. */

import { ConfigError, GraphError, float32, formatShape, int64 } from "../../core/index.ts";
import type { Operations, Value } from "../onnx/index.ts";

/** Keeps the slope of a power below 1 finite where the probability of the other classes underflows to 0. */
const LEAST_PROBABILITY = 1e-30;

/** What the logits of a batch should have been. */
export interface LossTargets {
  /** [N] int64 in [0, C). */
  labels: Value;
  /** In [0, 1): the mass that is spread evenly over all C classes. */
  smoothing?: number;
  /** Weight of each class, [C]; all 1 when left out. */
  classWeights?: readonly number[] | undefined;
  /** From 0: the power of a label's missing probability that its loss is multiplied by, so that sure answers weigh less. */
  focalGamma?: number | undefined;
  /** Scalar that the mean divides the sum by: {@link totalWeight} of the batch that these are a part of; their own when left out. */
  total?: Value | undefined;
}

/**
 * Cross-entropy with label smoothing of every sample, in nats, or focal loss.
 *
 * logits: [N, C] float32, unnormalised. Returns [N]. With weights, what each class adds is multiplied by its weight.
 * With a focal gamma above 0 it is −weight · (1 − p)^gamma · log p, where p is the probability of the label. Authors
 * disagree on what that is for a smoothed label, so that smoothing is refused beside it.
 *
 * @throws GraphError if logits is not rank 2, or there are not as many weights as classes.
 * @throws ConfigError if smoothing is outside [0, 1), gamma below 0, or both are above 0.
 * Source: Szegedy et al. 2016, arXiv:1512.00567, section 7; Lin et al. 2017, arXiv:1708.02002, equation 5.
 */
export function softmaxCrossEntropy(g: Operations, logits: Value, targets: LossTargets): Value {
  const { labels, smoothing = 0, classWeights, focalGamma = 0 } = targets;
  if (logits.shape.length !== 2)
    throw new GraphError(`loss: expected logits [N, C], got ${formatShape(logits.shape)}.`);
  checkSoftening(smoothing, focalGamma);
  const classes = logits.shape[1];
  if (classWeights !== undefined && classWeights.length !== classes)
    throw new GraphError(`loss: expected a weight for each of ${classes} classes, got ${classWeights.length}.`);
  const offAndOn = g.constant(float32([smoothing / classes, 1 - smoothing + smoothing / classes]));
  const wanted = g.op("OneHot", [labels, g.constant(int64([classes])), offAndOn], { axis: -1 });
  const weighted = classWeights === undefined ? wanted : g.mul(wanted, g.floats(classWeights));
  const logProbabilities = g.logSoftmax(logits);
  const losses = g.neg(g.reduceSum(g.mul(weighted, logProbabilities), [1]));
  return focalGamma === 0 ? losses : g.mul(losses, focus(g, { wanted, logProbabilities, gamma: focalGamma }));
}

/** (1 − p)^gamma as the sum of the other classes' probabilities, which is exact for small ones. Returns [N]. */
function focus(
  g: Operations,
  { wanted, logProbabilities, gamma }: { wanted: Value; logProbabilities: Value; gamma: number },
): Value {
  const others = g.mul(g.sub(g.scalar(1), wanted), g.exp(logProbabilities));
  return g.pow(g.max(g.reduceSum(others, [1]), g.scalar(LEAST_PROBABILITY)), g.scalar(gamma));
}

function checkSoftening(smoothing: number, focalGamma: number): void {
  if (!(smoothing >= 0 && smoothing < 1))
    throw new ConfigError(`label smoothing: expected a number in [0, 1), got ${smoothing}.`);
  if (!(focalGamma >= 0 && Number.isFinite(focalGamma)))
    throw new ConfigError(`focal gamma: expected a number from 0, got ${focalGamma}.`);
  if (smoothing > 0 && focalGamma > 0) {
    throw new ConfigError(
      `focal gamma: expected no label smoothing beside it, got ${smoothing}. Set one of them to 0.`,
    );
  }
}

/**
 * The batch's cross-entropy: the mean over its samples; with weights, their sum divided by the sum of the weights of
 * the labels, as PyTorch's `CrossEntropyLoss(weight, label_smoothing)`; the same of focal losses. Scalar; see
 * {@link softmaxCrossEntropy}.
 */
export function meanCrossEntropy(g: Operations, logits: Value, targets: LossTargets): Value {
  const losses = softmaxCrossEntropy(g, logits, targets);
  const { labels, classWeights, total } = targets;
  if (classWeights === undefined && total === undefined) return g.reduceMean(losses, [0]);
  return g.div(g.reduceSum(losses, [0]), total ?? totalWeight(g, labels, classWeights));
}

/** What the losses of a batch are divided by: the sum of its labels' weights, or how many there are. Scalar float32. */
export function totalWeight(g: Operations, labels: Value, classWeights: readonly number[] | undefined): Value {
  if (classWeights === undefined) return g.scalar(labels.shape[0]);
  return g.reduceSum(g.gather(g.floats(classWeights), labels, 0), [0]);
}

/** How many samples have their largest logit at their label; the first of equal logits counts. Scalar float32. */
export function countCorrect(g: Operations, logits: Value, labels: Value): Value {
  const predicted = g.op("ArgMax", [logits], { axis: 1, keepdims: 0 });
  return g.reduceSum(g.cast(g.equal(predicted, labels), "float32"), [0]);
}
