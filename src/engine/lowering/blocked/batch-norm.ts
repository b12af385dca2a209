/** @file Batch normalization in training form, and its gradient, on blocked images. */

import { sizeOf } from "../../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type Value } from "../../onnx/index.ts";
import type { BlockedLowering, LoweringContext } from "../context.ts";
import { reshape } from "../reshape.ts";
import { type Affine, affineImage } from "./affine.ts";
import { filledVector, unfilled } from "./convolutions/weights.ts";
import { channelDots } from "./reductions.ts";

/**
 * Statistics in two passes that write nothing. The image itself is left to its readers: a factor and an offset for
 * every channel, which an activation or a sum takes in.
 *
 * variance = mean(z^2) - mean(z)^2 keeps its digits, since z = x - center has a mean near 0.
 */
export const batchNormTraining: BlockedLowering = (context) => {
  const { g, node, layouts } = context;
  const x = node.input(0);
  if (!layouts.canFill(x)) return undefined;
  const [weight, bias] = [1, 2].map((index) => fill(context, node.input(index)));
  const { image, offset: center } = centre(context, x);
  const count = sizeOf(x.shape) / x.shape[1];
  const meanOfImage = g.scale(channelSums(g, image), 1 / count);
  const meanOfSquares = g.scale(overBatch(g, channelDots(g, image, image)), 1 / count);
  const variance = g.max(g.sub(meanOfSquares, g.square(meanOfImage)), g.scalar(0));
  const deviation = g.sqrt(g.add(variance, g.scalar(node.float("epsilon", 1e-5))));
  const factor = g.div(weight, deviation);
  const offset = g.sub(bias, g.mul(meanOfImage, factor));
  const [mean, spread] = [g.add(meanOfImage, center), variance].map((vector) => unfilled(g, vector, [x.shape[1]]));
  return [{ affine: { image, factor, offset } }, { plain: mean }, { plain: spread }];
};

/**
 * dx = weight / deviation * (dy - mean(dy) - z * mean(dy * z)), with z = (x - mean) / deviation.
 *
 * Two passes that write nothing, and one that adds the terms; the factor is left to the readers of dx.
 */
export const batchNormGrad: BlockedLowering = (context) => {
  const { g, node, layouts } = context;
  const [dy, x] = [node.input(0), node.input(1)];
  if (!layouts.canFill(x)) return undefined;
  const [weight, mean, variance] = [2, 3, 4].map((index) => fill(context, node.input(index)));
  const { image, offset: center } = centre(context, x);
  const summand = layouts.blocked(dy);
  const count = sizeOf(x.shape) / x.shape[1];
  const inverseDeviation = g.reciprocal(g.sqrt(g.add(variance, g.scalar(node.float("epsilon", 1e-5)))));
  const meanOfImage = g.sub(mean, center);
  const dbias = channelSums(g, summand);
  const dweight = g.mul(
    g.sub(overBatch(g, channelDots(g, image, summand)), g.mul(meanOfImage, dbias)),
    inverseDeviation,
  );
  const slope = g.scale(g.mul(dweight, inverseDeviation), -1 / count);
  const offset = g.sub(g.scale(dbias, -1 / count), g.mul(slope, meanOfImage));
  const terms = affineImage(g, { image, factor: slope, offset }, { summand });
  const factor = g.mul(weight, inverseDeviation);
  const [ofWeight, ofBias] = [dweight, dbias].map((vector) => unfilled(g, vector, [x.shape[1]]));
  return [{ affine: { image: terms, factor } }, { plain: ofWeight }, { plain: ofBias }];
};

/** One number a channel, with zeros for the channels that a blocked image has beyond them. */
function fill({ g, layouts }: LoweringContext, vector: Value): Value {
  return filledVector(g, layouts.plain(vector), layouts.blockedChannels({ shape: [1, vector.shape[0]] }));
}

/** x without a mean far from 0: as the convolution before it left it, or less its own mean. */
function centre({ g, layouts }: LoweringContext, x: Value): Required<Pick<Affine, "image" | "offset">> {
  const known = layouts.affine(x);
  if (known?.offset !== undefined && known.factor === undefined) return { image: known.image, offset: known.offset };
  const blocked = layouts.blocked(x);
  const mean = g.scale(channelSums(g, blocked), x.shape[1] / sizeOf(x.shape));
  const image = affineImage(g, { image: blocked, offset: g.neg(mean) });
  layouts.place(x, { blocked, affine: { image, offset: mean } });
  return { image, offset: mean };
}

/** Sums of a blocked image over the batch and the positions: [C]. */
function channelSums(g: Operations, image: Value): Value {
  const [batch, channels, height, width] = image.shape;
  const means = g.op("GlobalAveragePool", [image], {}, { domain: BLOCKED_DOMAIN });
  return g.scale(overBatch(g, reshape(g, means, [batch, channels])), height * width);
}

/** [N, C] as [C]. */
function overBatch(g: Operations, perImage: Value): Value {
  return g.reduceSum(perImage, [0]);
}
