/** @file How photographs were prepared for a network while it was trained, as files beside it say. */

import type { Interpolation } from "../core/index.ts";
import type { Normalization } from "../engine/nn/index.ts";

/** What is known; the rest is left out. */
export interface Preparation {
  readonly interpolation?: Interpolation | undefined;
  /** Length that the shorter side is brought to before the centre is cut out. */
  readonly shorterSide?: number;
  /** The same as a share: of the shorter side that much is cut out. */
  readonly cropShare?: number;
  readonly normalization?: Normalization;
}

/** Where it is known from, to go on from "as": `preprocessor_config.json beside it says`. */
export type KnownPreparation = Preparation & { readonly source: string };

/** The length of the shorter side for images of so many pixels; undefined where nothing is known of it. */
export function shorterSideFor({ shorterSide, cropShare }: Preparation, side: number): number | undefined {
  return shorterSide ?? (cropShare === undefined ? undefined : Math.floor(side / cropShare));
}
