/** @file Losses and the count of correct answers. */

import { ConfigError, GraphError, float32, formatShape, int64 } from "../../core/index.ts";
import type { Operations, Value } from "../onnx/index.ts";

/**
 * Cross-entropy with label smoothing of every sample, in nats.
 *
 * logits: [N, C] float32, unnormalised. labels: [N] int64 in [0, C).
 * Returns [N]. smoothing in [0, 1) spreads that mass evenly over all C classes.
 *
 * @throws GraphError if logits is not rank 2.
 * @throws ConfigError if smoothing is outside [0, 1).
 * Source: Szegedy et al. 2016, arXiv:1512.00567, section 7.
 */
export function softmaxCrossEntropy(
  g: Operations,
  logits: Value,
  { labels, smoothing = 0 }: { labels: Value; smoothing?: number },
): Value {
  if (logits.shape.length !== 2)
    throw new GraphError(`loss: expected logits [N, C], got ${formatShape(logits.shape)}.`);
  if (!(smoothing >= 0 && smoothing < 1))
    throw new ConfigError(`label smoothing: expected a number in [0, 1), got ${smoothing}.`);
  const classes = logits.shape[1];
  const offAndOn = g.constant(float32([smoothing / classes, 1 - smoothing + smoothing / classes]));
  const wanted = g.op("OneHot", [labels, g.constant(int64([classes])), offAndOn], { axis: -1 });
  return g.neg(g.reduceSum(g.mul(wanted, g.logSoftmax(logits)), [1]));
}

/** How many samples have their largest logit at their label; the first of equal logits counts. Scalar float32. */
export function countCorrect(g: Operations, logits: Value, labels: Value): Value {
  const predicted = g.op("ArgMax", [logits], { axis: 1, keepdims: 0 });
  return g.reduceSum(g.cast(g.equal(predicted, labels), "float32"), [0]);
}
