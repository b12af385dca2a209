/** @file What networks want of their pixels, by name and in words. */

import { ConfigError } from "../core/index.ts";
import type { Normalization } from "../engine/nn/index.ts";

/** A mean and a deviation of pixels from 0 to 1, one for all channels or one for each, and who wants them. */
interface Named {
  readonly mean: number | readonly number[];
  readonly std: number | readonly number[];
  readonly words: string;
}

const named = {
  imagenet: {
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    words: "as torchvision and most of timm",
  },
  symmetric: { mean: 0.5, std: 0.5, words: "x / 127.5 - 1, as Keras's MobileNet and Inception" },
  unit: { mean: 0, std: 1, words: "x / 255" },
  // undoes a division by 255
  none: { mean: 0, std: 1 / 255, words: "x from 0 to 255" },
} satisfies Record<string, Named>;

export type NormalizationName = keyof typeof named;

/** As they are typed. */
export const normalizationNames = Object.keys(named) as NormalizationName[];

/** For messages: every name and what it does. */
export const normalizationWords: string = Object.entries(named)
  .map(([name, { words }]) => `${name} (${words})`)
  .join(", ");

/**
 * A value for each channel.
 *
 * @throws ConfigError if there are others than one or `channels` of mean or std.
 */
export function normalizationOf(
  wanted: NormalizationName | Pick<Named, "mean" | "std">,
  channels: number,
): Normalization {
  const { mean, std } = typeof wanted === "string" ? named[wanted] : wanted;
  const perChannel = (value: number | readonly number[]): readonly number[] => {
    const values = typeof value === "number" ? [value] : value;
    return values.length === 1 ? Array<number>(channels).fill(values[0]) : values;
  };
  const normalization = { mean: perChannel(mean), std: perChannel(std) };
  const wrong = [normalization.mean, normalization.std].find(({ length }) => length !== channels);
  if (wrong === undefined) return normalization;
  throw new ConfigError(
    `normalization: expected one value each of mean and std, or ${channels}, one for each channel of the images, got ${wrong.length}.`,
  );
}

/** Pixels as a network wants them: `from 0 to 255`, or what is done to pixels from 0 to 1. */
export function pixelWords({ mean, std }: Normalization): string {
  const digits = (values: readonly number[]): string =>
    values.map((value) => String(Number(value.toFixed(4)))).join(", ");
  const most = [1, 255].find((one) => mean.every((value) => value === 0) && std.every((value) => value === 1 / one));
  return most === undefined
    ? `(x - mean) / std of x from 0 to 1, with mean ${digits(mean)} and std ${digits(std)}`
    : `from 0 to ${most}`;
}
