/** @file What an augmentation is: a field of the study file, the images that it fits, and what it does to one. */

import type { Field, NumberField, RandomStream, ValueOf } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";

/** What its field holds where it is asked for. */
type Asked<F extends Field> = Exclude<NonNullable<ValueOf<F>>, false>;

export interface ChangeOptions {
  readonly imageShape: ImageShape;
  /** The image's own. */
  readonly stream: RandomStream;
  /** The byte of every channel that covers what is cut out. */
  readonly fill: readonly number[] | undefined;
}

export interface Augmenter<F extends Field = Field> {
  /** How a study asks for it; not with false, 0 or null. */
  readonly field: F;
  /** @throws ConfigError if images of this shape cannot be changed so. */
  check?(asked: Asked<F>, imageShape: ImageShape): void;
  /** Draws how to change one image, and does it in place. */
  change(image: Uint8Array, asked: Asked<F>, options: ChangeOptions): void;
}

/** A field of numbers from 0, which asks for nothing. */
export function strength(max: number, description: string): NumberField {
  return { kind: "number", min: 0, max, default: 0, description };
}

/** Itself, with the type of its field. */
export function defineAugmenter<const F extends Field>(augmenter: Augmenter<F>): Augmenter<F> {
  return augmenter;
}
