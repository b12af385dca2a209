/** @file The gradient of MaxPool. */

import { type NodeView, type Operations, type Value, windowOf } from "../../onnx/index.ts";
import { spreadToFirst } from "./window-maxima.ts";

/**
 * dy goes to each window's first maximum in row-major order, as in PyTorch and TensorFlow.
 *
 * Channels go last for a while, so that what moves are runs of channels.
 */
export function maxPoolGrad(g: Operations, node: NodeView): Value {
  const [x, y, dy] = [node.input(0), node.input(1), node.input(2)];
  const [batch, channels, ...spatial] = x.shape;
  const axes = spatial.map((_, axis) => axis + 2);
  const [lastX, lastY, lastDy] = [x, y, dy].map((image) => g.transpose(image, [0, ...axes, 1]));
  const window = windowOf(node, spatial);
  const images = { x: lastX, y: lastY, dy: lastDy, spatial, pooled: y.shape.slice(2), window, inner: channels };
  const spread = g.reshape(spreadToFirst(g, images), [batch, ...spatial, channels]);
  return g.transpose(spread, [0, spatial.length + 1, ...spatial.map((_, axis) => axis + 1)]);
}
