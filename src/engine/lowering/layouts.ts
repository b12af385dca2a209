/** @file Where the values of a graph that is being lowered lie: plain, blocked, or both. */

import type { Shape } from "../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type Value } from "../onnx/index.ts";

/** A value of the original graph as it was computed; at least one of the two is there. */
export interface Placement {
  readonly plain?: Value;
  /** In the shape of the plain one, its elements in the order [N, C / block, H, W, block]. */
  readonly blocked?: Value;
}

/**
 * Converts values between plain and blocked, at most once each and only when asked.
 *
 * Keys are values of the original graph, results are values of the new one.
 */
export class Layouts {
  /** Channels in a block; undefined where nothing may be blocked. */
  readonly blockSize: number | undefined;
  readonly #g: Operations;
  readonly #placements = new Map<string, Placement>();

  constructor(g: Operations, blockSize: number | undefined) {
    this.#g = g;
    this.blockSize = blockSize;
  }

  place(value: Value, placement: Placement): void {
    this.#placements.set(value.name, placement);
  }

  isPlaced(value: Value): boolean {
    return this.#placements.has(value.name);
  }

  /** True if the value was computed blocked, or has been asked for so. */
  isBlocked(value: Value): boolean {
    return this.#of(value).blocked !== undefined;
  }

  /** True if a value of this kind has a blocked form: a float32 image with whole blocks of channels. */
  canBlock({ dtype, shape }: Pick<Value, "dtype" | "shape">): boolean {
    return (
      this.blockSize !== undefined &&
      dtype === "float32" &&
      shape.length === 4 &&
      shape[1] % this.blockSize === 0 &&
      shape.every((length) => length > 0)
    );
  }

  plain(value: Value): Value {
    const { plain, blocked } = this.#of(value);
    if (plain !== undefined) return plain;
    if (blocked === undefined) throw new Error(`internal: no placement of ${value.name}`);
    const converted = this.#g.op("ReorderOutput", [blocked], { channels: value.shape[1] }, { domain: BLOCKED_DOMAIN });
    this.place(value, { plain: converted, blocked });
    return converted;
  }

  blocked(value: Value): Value {
    const { plain, blocked } = this.#of(value);
    if (blocked !== undefined) return blocked;
    if (plain === undefined || !this.canBlock(value)) throw new Error(`internal: ${value.name} has no blocked form`);
    const converted = this.#g.op("ReorderInput", [plain], {}, { domain: BLOCKED_DOMAIN });
    this.place(value, { plain, blocked: converted });
    return converted;
  }

  #of(value: Value): Placement {
    const placement = this.#placements.get(value.name);
    if (placement === undefined) throw new Error(`internal: ${value.name} is used before it is computed`);
    return placement;
  }
}

/** The axes of a blocked image as they lie in memory: [N, C / block, H, W, block]. */
export function blockedAxes([batch, channels, height, width]: Shape, blockSize: number): Shape {
  return [batch, channels / blockSize, height, width, blockSize];
}
