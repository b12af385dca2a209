/** @file Loss and accuracy of a linear classifier on rows of features. */

import { sizeOf } from "../../core/index.ts";
import type { FeatureRows } from "../feature-cache.ts";
import { rowBlocks } from "./logistic/row-blocks.ts";
import type { LinearClassifier } from "./standardization.ts";

/** Mean cross-entropy in nats, and the share of rows whose largest logit (the first of equals) is their label's. */
export function linearMetrics(
  { weight, bias }: LinearClassifier,
  { features, labels }: { features: FeatureRows; labels: ArrayLike<number> },
): { loss: number; accuracy: number } {
  const [width, units] = [sizeOf(features.shape), bias.length];
  const logits = new Float64Array(units);
  let [loss, hits] = [0, 0];
  for (const { start, count, values } of rowBlocks(features)) {
    for (let row = 0; row < count; row++) {
      for (let unit = 0; unit < units; unit++) {
        let sum = bias[unit];
        for (let index = 0; index < width; index++) sum += weight[unit * width + index] * values[row * width + index];
        logits[unit] = sum;
      }
      const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
      const own = logits[labels[start + row]];
      loss += largest + Math.log(total) - own;
      if (logits.indexOf(largest) === labels[start + row]) hits += 1;
    }
  }
  return { loss: loss / features.count, accuracy: hits / features.count };
}
