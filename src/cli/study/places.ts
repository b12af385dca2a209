/** @file Where a study's images and source are now, as typed. */

import { resolve } from "node:path";
import { isDatasetName } from "../../data/node/index.ts";
import { isPretrainedName } from "../../models/node/index.ts";
import type { StudyPlaces } from "../../study/index.ts";

/** As commands take them that go on with a study which may have moved. */
export interface PlaceOptions {
  readonly data?: string | undefined;
  readonly source?: string | undefined;
}

/** Names stay names, places become whole paths. */
export function placesFrom({ data, source }: PlaceOptions): StudyPlaces {
  const whole = (place: string): string => (isDatasetName(place) || isPretrainedName(place) ? place : resolve(place));
  return { ...(data !== undefined && { data: whole(data) }), ...(source !== undefined && { source: whole(source) }) };
}
