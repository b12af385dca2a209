/** @file How training images are varied where a study leaves that to Graft: by what they look like. */

import { type TrainingConfig, noAugmentation as none } from "../file/training-schema.ts";
import { type RecipeFacts, imagesOf, isPhotograph } from "./facts.ts";

type Augmentation = TrainingConfig["augmentation"];

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
  const { extent, featureSize } = facts;
  if (extent === "nothing") return none;
  if (extent === "full" || extent === "scratch") return vary(facts);
  const most = isPhotograph(facts) ? MOST_PHOTO_VIEWS : MOST_VIEWS;
  const views = Math.min(most, Math.floor(VIEW_BYTES / (4 * featureSize * imagesOf(facts))));
  return views < 2 ? none : { ...vary(facts), views };
}

function vary(facts: RecipeFacts): Augmentation {
  const flip = facts.look.flipsSafe;
  if (!flip) return { ...none, affine: { rotation: 10, shift: 0.08, scale: [0.9, 1.1] } };
  if (isPhotograph(facts)) return { ...none, flip, resizedCrop: { scale: [0.5, 1], ratio: [3 / 4, 4 / 3] } };
  return { ...none, flip, crop: 2 };
}
