/** @file A value between two others. */

import type { Operations, Value } from "../../../onnx/index.ts";

/** share · x + rest · other, for a share and a rest that are 1 together and broadcast to x. */
export function interpolate(
  g: Operations,
  { x, other }: { x: Value; other: Value },
  { share, rest }: { share: Value; rest: Value },
): Value {
  return g.add(g.mul(x, share), g.mul(other, rest));
}
