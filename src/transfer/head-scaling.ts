/** @file Features as a head that trains alone sees them, and its weights as the network has them. */

import { float32, sizeOf } from "../core/index.ts";
import type { Parameters } from "../engine/nn/index.ts";
import type { FeatureRows } from "./feature-cache.ts";
import {
  type Standardization,
  foldStandardization,
  standardizationOf,
  standardizeRows,
} from "./probe/standardization.ts";

/** Of the usual deviation. */
const LEAST_SHARE = 0.1;

/** What a head alone is fed in training, and how its weights become those of the features as they are. */
export interface HeadScaling {
  rows(rows: FeatureRows): FeatureRows;
  fold(parameters: Parameters): Parameters;
}

/**
 * Features standardized by `rows` and divided by the root of their number: their squares then sum to 1 on average,
 * whatever the network, and one learning rate suits all. A feature that varies far less than the others in these rows
 * may vary more in the next: its deviation counts as a tenth of theirs (root mean square) at the least.
 */
export function headScaling(rows: FeatureRows, head: string): HeadScaling {
  const { mean, scale } = standardizationOf(rows);
  const shrink = 1 / Math.sqrt(sizeOf(rows.shape));
  const usual = rootMeanSquare(scale.filter((factor) => factor > 0).map((factor) => 1 / factor));
  const standardization = { mean, scale: scale.map((factor) => Math.min(factor, 1 / (LEAST_SHARE * usual)) * shrink) };
  return {
    rows: (others) => standardizeRows(others, standardization),
    fold: (parameters) => ({ ...parameters, ...foldedHead(parameters, { head, standardization }) }),
  };
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

/** A dense head of standardized features as one of the features as they are. */
export function foldedHead(
  parameters: Parameters,
  { head, standardization }: { head: string; standardization: Standardization },
): Parameters {
  const [weight, bias] = [parameters[`${head}.weight`], parameters[`${head}.bias`]];
  const folded = foldStandardization({ weight: weight.data, bias: bias.data }, standardization);
  return {
    [`${head}.weight`]: float32(folded.weight, weight.shape),
    [`${head}.bias`]: float32(folded.bias, bias.shape),
  };
}
