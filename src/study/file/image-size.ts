/** @file The size of a study's images: one side, or a height and a width. */

import { z } from "zod";

/** Longest side of an image. */
const LONGEST = 4096;

const error = `expected a side from 1 to ${LONGEST} pixels, or height x width such as "96x128"`;

/** `64`, or `96x128`: height x width, as images are described everywhere. */
export const imageSizeSchema = z.union(
  [
    z.int().min(1).max(LONGEST),
    z
      .string()
      .refine((text) => isSides(text), { error })
      .meta({ pattern: "^[0-9]+x[0-9]+$" }),
  ],
  { error },
);

export type ImageSize = z.output<typeof imageSizeSchema>;

/** Height and width. */
export function sidesOf(size: ImageSize): readonly [height: number, width: number] {
  const [height, width = height] = String(size).split("x").map(Number);
  return [height, width];
}

function isSides(text: string): boolean {
  return /^\d+x\d+$/.test(text) && sidesOf(text).every((side) => side >= 1 && side <= LONGEST);
}
