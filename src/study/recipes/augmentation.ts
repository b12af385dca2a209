/** @file How training images are varied where a study leaves that to Graft: by what they look like. */

import { type TrainingConfig, noAugmentation as none } from "../training-schema.ts";
import { type RecipeFacts, imagesOf } from "./facts.ts";

type Augmentation = TrainingConfig["augmentation"];

/** Photographs are cut out of and enlarged again from this many pixels a side; smaller ones are shifted. */
const PHOTOGRAPH_SIDE = 64;
/** Memory that the features of augmented views may take. */
const VIEW_BYTES = 256 * 2 ** 20;
const MOST_VIEWS = 8;
/** Each view of a photograph is a pass through the frozen layers. */
const MOST_PHOTO_VIEWS = 4;

/**
 * Photographs, whose mirror images are as good, are flipped and cropped; letters, signs, hands and scans are turned,
 * shifted and scaled a little and never flipped. Nothing where it would cost more than it can bring: frozen layers whose
 * augmented features would not fit the memory meant for them.
 */
export function automaticAugmentation(facts: RecipeFacts): Augmentation {
  const { extent, featureSize, imageShape } = facts;
  const isPhotograph = Math.min(...imageShape.slice(1)) >= PHOTOGRAPH_SIDE;
  if (extent === "nothing") return none;
  if (extent === "full" || extent === "scratch") return varied(facts, { isPhotograph });
  const most = isPhotograph ? MOST_PHOTO_VIEWS : MOST_VIEWS;
  const views = Math.min(most, Math.floor(VIEW_BYTES / (4 * featureSize * imagesOf(facts))));
  return views < 2 ? none : { ...varied(facts, { isPhotograph }), views };
}

function varied({ look: { flipsSafe } }: RecipeFacts, { isPhotograph }: { isPhotograph: boolean }): Augmentation {
  const flip = flipsSafe;
  if (!flipsSafe) return { ...none, affine: { rotation: 10, shift: 0.08, scale: [0.9, 1.1] } };
  if (isPhotograph) return { ...none, flip, resizedCrop: { scale: [0.5, 1], ratio: [3 / 4, 4 / 3] } };
  return { ...none, flip, crop: 2 };
}
