/** @file A batch mixed with itself in another order: what a mix is, and its part of a graph. */

import { ConfigError, type Shape, type Tensor, float32, formatShape, scalar } from "../../../../core/index.ts";
import type { Operations, Value } from "../../../onnx/index.ts";
import { interpolate } from "./interpolate.ts";
import { nameOfStep } from "../step-inputs.ts";

/** A part of an image, in pixels. */
export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** How the samples of one batch are mixed. */
export interface Mix {
  /** Share of every sample's own label in its mixture; its partner's has the rest. */
  readonly share: number;
  /** Places in the batch, one for each sample. */
  readonly partners: Uint32Array;
  /** Where every image is its partner's, and its own elsewhere; without it, all numbers are mixed by the share. */
  readonly rectangle?: Rectangle;
}

/** The batch that a mix is for. */
export interface MixedBatch {
  readonly batchSize: number;
  readonly step: number;
  /** Of one sample. */
  readonly inputShape: Shape;
}

/** A way to mix batches. */
export interface Mixing {
  /** True if mixes may have rectangles; samples have to be images then. */
  readonly cuts: boolean;
  /** The mix of a batch; it depends on the step alone, not on how steps are grouped. */
  draw(batch: MixedBatch): Mix;
}

/** @throws ConfigError if the parameter of a mixing's distribution is not above 0. */
export function checkAlpha(mixing: string, alpha: number): void {
  if (!(alpha > 0 && Number.isFinite(alpha)))
    throw new ConfigError(`${mixing}: expected a number above 0, got ${alpha}.`);
}

/**
 * Height and width of samples that can be cut.
 *
 * @throws ConfigError if they are no images.
 */
export function imageSize(inputShape: Shape): readonly [height: number, width: number] {
  if (inputShape.length !== 3) {
    throw new ConfigError(
      `cutmix: expected images [C, H, W], got samples of shape ${formatShape(inputShape)}. Use mixup, which mixes any.`,
    );
  }
  const [, height, width] = inputShape;
  return [height, width];
}

/** A mix as a graph has it. */
export interface MixValues {
  /** Scalar float32. */
  readonly share: Value;
  /** Scalar float32, 1 − share. */
  readonly rest: Value;
  /** [N] int64. */
  readonly partners: Value;
  /** [H, W] float32, each pixel's share of the sample's own image; undefined where nothing is ever cut. */
  readonly pixels: Value | undefined;
}

/**
 * Declares the mix of step `index`.
 *
 * @throws ConfigError if it cuts samples that are no images.
 */
export function mixValues(
  g: Operations,
  { batchSize, index, inputShape, cuts }: { batchSize: number; index: number; inputShape: Shape; cuts: boolean },
): MixValues {
  const share = g.input(nameOfStep("mix/share", index), "float32", []);
  const partners = g.input(nameOfStep("mix/partners", index), "int64", [batchSize]);
  const pixels = cuts ? g.input(nameOfStep("mix/pixels", index), "float32", imageSize(inputShape)) : undefined;
  return { share, rest: g.sub(g.scalar(1), share), partners, pixels };
}

/** The mix of a batch as the graph's inputs. */
export function mixInputs(mixing: Mixing, batch: MixedBatch): Record<string, Tensor> {
  const { share, partners, rectangle } = mixing.draw(batch);
  if (rectangle !== undefined && !mixing.cuts) throw new Error("internal: a mixing that does not cut gave a rectangle");
  const places: Tensor = {
    dtype: "int64",
    shape: [partners.length],
    data: BigInt64Array.from(partners, (place) => BigInt(place)),
  };
  const pixels = mixing.cuts ? { "mix/pixels": ownShares(batch.inputShape, { share, rectangle }) } : {};
  return { "mix/share": scalar(share), "mix/partners": places, ...pixels };
}

/** [H, W], each pixel's share of the sample's own image. */
function ownShares(
  inputShape: Shape,
  { share, rectangle }: { share: number; rectangle: Rectangle | undefined },
): Tensor<"float32"> {
  const [height, width] = imageSize(inputShape);
  const shares = new Float32Array(height * width);
  if (rectangle === undefined) return float32(shares.fill(share), [height, width]);
  shares.fill(1);
  for (let row = rectangle.top; row < rectangle.top + rectangle.height; row++) {
    const start = row * width + rectangle.left;
    shares.fill(0, start, start + rectangle.width);
  }
  return float32(shares, [height, width]);
}

/** share · x + (1 − share) · x[partners], with the share of all numbers or of each pixel; x: [N, …] float32. */
export function mixWithPartners(g: Operations, x: Value, { share, rest, partners, pixels }: MixValues): Value {
  const other = (): Value => g.gather(x, partners, 0);
  if (pixels === undefined) return g.scoped("mixup", () => interpolate(g, { x, other: other() }, { share, rest }));
  return g.scoped("cutmix", () =>
    interpolate(g, { x, other: other() }, { share: pixels, rest: g.sub(g.scalar(1), pixels) }),
  );
}
