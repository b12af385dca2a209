/** @file Where the values of a graph that is being lowered lie: plain, blocked, or both. */

import { type Shape, sameShape } from "../../core/index.ts";
import { BLOCKED_DOMAIN, type Operations, type Value } from "../onnx/index.ts";
import { type Affine, affineImage } from "./blocked/affine.ts";

/** A value of the original graph as it was computed; at least one form is there. */
export interface Placement {
  readonly plain?: Value;
  /**
   * In the shape of the plain one, its elements in the order [N, C / block, H, W, block]; with channels of any numbers
   * at the end where channels do not fill their last block.
   */
  readonly blocked?: Value;
  /** What the plain one is once it is expanded: [N or 1, C, 1, 1]. */
  readonly compact?: Value;
  /** A blocked image, and what is still to be done to every channel of it to get this one. */
  readonly affine?: Affine;
}

/** How many times its channels an image may get to fill whole blocks. */
const MOST_CHANNELS_ADDED = 1.5;

/**
 * Converts values between their forms, at most once each and only when asked.
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

  /** True if the value was computed blocked, in full or up to an affine step, or has been asked for so. */
  isBlocked(value: Value): boolean {
    const { blocked, affine } = this.#of(value);
    return blocked !== undefined || affine !== undefined;
  }

  /** True if a value of this kind has a blocked form: an image with whole blocks of channels. */
  canBlock({ dtype, shape }: Pick<Value, "dtype" | "shape">): boolean {
    return (
      this.blockSize !== undefined &&
      (dtype === "float32" || dtype === "bool") &&
      shape.length === 4 &&
      shape[1] % this.blockSize === 0 &&
      shape.every((length) => length > 0)
    );
  }

  /** True for those and for images that get channels to fill their last block, which few operators know of. */
  canFill(value: Pick<Value, "dtype" | "shape">): boolean {
    const { blockSize } = this;
    if (this.canBlock(value)) return true;
    if (blockSize === undefined || value.dtype !== "float32" || value.shape.length !== 4) return false;
    const [, channels] = value.shape;
    const isWorthwhile = channels > blockSize && this.blockedChannels(value) <= MOST_CHANNELS_ADDED * channels;
    return isWorthwhile && value.shape.every((length) => length > 0);
  }

  /** Channels of the blocked form. */
  blockedChannels({ shape: [, channels] }: Pick<Value, "shape">): number {
    const { blockSize = 1 } = this;
    return Math.ceil(channels / blockSize) * blockSize;
  }

  plain(value: Value): Value {
    const known = this.#of(value);
    if (known.plain !== undefined) return known.plain;
    const plain =
      known.compact === undefined
        ? this.#reordered(this.blocked(value), "ReorderOutput", { channels: value.shape[1] })
        : this.#g.expand(known.compact, value.shape);
    this.place(value, { ...this.#of(value), plain });
    return plain;
  }

  blocked(value: Value): Value {
    const known = this.#of(value);
    if (known.blocked !== undefined) return known.blocked;
    if (known.affine !== undefined) {
      const computed = affineImage(this.#g, known.affine);
      this.place(value, { ...known, blocked: computed });
      return computed;
    }
    if (!this.canFill(value)) throw new Error(`internal: ${value.name} has no blocked form`);
    const plain = this.plain(value);
    const added = this.blockedChannels(value) - value.shape[1];
    const filled = this.#g.pad(plain, [0, 0, 0, 0, 0, added, 0, 0]);
    const blocked = this.#reordered(filled, "ReorderInput", {});
    this.place(value, { ...known, plain, blocked });
    return blocked;
  }

  /** The compact form where that is all there is; undefined otherwise. */
  compact(value: Value): Value | undefined {
    const { plain, blocked, compact } = this.#of(value);
    return plain === undefined && blocked === undefined ? compact : undefined;
  }

  /** What the value is an affine step away from, for readers that take the step themselves; undefined otherwise. */
  affine(value: Value): Affine | undefined {
    return this.#of(value).affine;
  }

  #reordered(value: Value, opType: string, attributes: Record<string, number>): Value {
    const numbers = this.#g.cast(value, "float32");
    return this.#g.cast(this.#g.op(opType, [numbers], attributes, { domain: BLOCKED_DOMAIN }), value.dtype);
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

/** True for [N or 1, C, 1, 1] beside an image [N, C, H, W]. */
export function isPerChannel(shape: Shape, [batch, channels]: Shape): boolean {
  return sameShape(shape, [1, channels, 1, 1]) || sameShape(shape, [batch, channels, 1, 1]);
}
