/**
 * @file onnxruntime's operators on blocked images (domain `com.microsoft.nchwc`), of its CPU builds.
 *
 * A blocked image keeps the shape [N, C, H, W], but its elements lie in the order [N, C / block, H, W, block].
 */

import type { Operator } from "../operator.ts";
import { windowOperators } from "./windows.ts";

/** The domain of these operators. */
export const BLOCKED_DOMAIN = "com.microsoft.nchwc";

export const blockedOperators = {
  /** Plain to blocked; with `channels_last` the plain image is [N, H, W, C]. */
  ReorderInput: {
    attributes: { channels_last: "INT" },
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape.length !== 4) throw node.error("expected an image of four axes");
      if (node.int("channels_last", 0) === 0) return [{ dtype, shape }];
      return [{ dtype, shape: [shape[0], shape[3], shape[1], shape[2]] }];
    },
  },
  /** Blocked to plain, `channels` of them; with `channels_last` the plain image is [N, H, W, C]. */
  ReorderOutput: {
    attributes: { channels: "INT", channels_last: "INT" },
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape.length !== 4) throw node.error("expected an image of four axes");
      const [batch, , height, width] = shape;
      const channels = node.int("channels");
      if (node.int("channels_last", 0) === 0) return [{ dtype, shape: [batch, channels, height, width] }];
      return [{ dtype, shape: [batch, height, width, channels] }];
    },
  },
  /**
   * (x, weight, bias, summand). The weights' elements lie in the order [O / block, I / block, kernel…, block of I,
   * block of O]; where the input has fewer channels than a block it is plain, and the order [O / block, I, kernel…,
   * block of O].
   */
  Conv: {
    attributes: { ...windowOperators.Conv.attributes, activation: "STRING", activation_params: "FLOATS" },
    infer: (node) => windowOperators.Conv.infer(node),
  },
  MaxPool: {
    attributes: windowOperators.MaxPool.attributes,
    infer: (node) => windowOperators.MaxPool.infer(node).slice(0, 1),
  },
  AveragePool: windowOperators.AveragePool,
  GlobalAveragePool: windowOperators.GlobalAveragePool,
} satisfies Record<string, Operator>;
