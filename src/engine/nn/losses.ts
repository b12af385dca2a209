/** @file Losses and the count of correct answers. */

import { ConfigError, GraphError, float32, formatShape, int64 } from "../../core/index.ts";
import type { Operations, Value } from "../onnx/index.ts";

/** What the logits of a batch should have been. */
export interface LossTargets {
  /** [N] int64 in [0, C). */
  labels: Value;
  /** In [0, 1): the mass that is spread evenly over all C classes. */
  smoothing?: number;
  /** Weight of each class, [C]; all 1 when left out. */
  classWeights?: readonly number[] | undefined;
}

/**
 * Cross-entropy with label smoothing of every sample, in nats.
 *
 * logits: [N, C] float32, unnormalised. Returns [N]. With weights, what each class adds is multiplied by its weight.
 *
 * @throws GraphError if logits is not rank 2, or there are not as many weights as classes.
 * @throws ConfigError if smoothing is outside [0, 1).
 * Source: Szegedy et al. 2016, arXiv:1512.00567, section 7.
 */
export function softmaxCrossEntropy(
  g: Operations,
  logits: Value,
  { labels, smoothing = 0, classWeights }: LossTargets,
): Value {
  if (logits.shape.length !== 2)
    throw new GraphError(`loss: expected logits [N, C], got ${formatShape(logits.shape)}.`);
  if (!(smoothing >= 0 && smoothing < 1))
    throw new ConfigError(`label smoothing: expected a number in [0, 1), got ${smoothing}.`);
  const classes = logits.shape[1];
  if (classWeights !== undefined && classWeights.length !== classes)
    throw new GraphError(`loss: expected a weight for each of ${classes} classes, got ${classWeights.length}.`);
  const offAndOn = g.constant(float32([smoothing / classes, 1 - smoothing + smoothing / classes]));
  const wanted = g.op("OneHot", [labels, g.constant(int64([classes])), offAndOn], { axis: -1 });
  const weighted = classWeights === undefined ? wanted : g.mul(wanted, g.floats(classWeights));
  return g.neg(g.reduceSum(g.mul(weighted, g.logSoftmax(logits)), [1]));
}

/**
 * The batch's cross-entropy: the mean over its samples; with weights, their sum divided by the sum of the weights of
 * the labels, as PyTorch's `CrossEntropyLoss(weight, label_smoothing)`. Scalar; see {@link softmaxCrossEntropy}.
 */
export function meanCrossEntropy(g: Operations, logits: Value, targets: LossTargets): Value {
  const losses = softmaxCrossEntropy(g, logits, targets);
  if (targets.classWeights === undefined) return g.reduceMean(losses, [0]);
  const weights = g.gather(g.floats(targets.classWeights), targets.labels, 0);
  return g.div(g.reduceSum(losses, [0]), g.reduceSum(weights, [0]));
}

/** How many samples have their largest logit at their label; the first of equal logits counts. Scalar float32. */
export function countCorrect(g: Operations, logits: Value, labels: Value): Value {
  const predicted = g.op("ArgMax", [logits], { axis: 1, keepdims: 0 });
  return g.reduceSum(g.cast(g.equal(predicted, labels), "float32"), [0]);
}
