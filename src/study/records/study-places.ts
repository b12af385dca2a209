/** @file Where a study's images and its source network lie: written relative to its folder, so that all may be moved as one. */

import { existsSync } from "node:fs";
import { isAbsolute, parse, relative, resolve, sep } from "node:path";
import { ConfigError } from "../../core/index.ts";
import type { StudyConfig } from "../file/schema.ts";

/** Where they are now, each a path or a name; as the study's file says when left out. */
export interface StudyPlaces {
  data?: string;
  source?: string;
}

type Side = "dataset" | "target" | "source";

/** How a path that is relative to the study's folder begins; no name of a data set or network does. */
const RELATIVE = /^\.\.?[\\/]/;

/** The study as its file has it, where the file lies in `directory`. */
export function withRelativePlaces(config: StudyConfig, directory: string): StudyConfig {
  return mapPlaces(config, (place) => {
    if (!isAbsolute(place) && !RELATIVE.test(place)) return place;
    const path = resolve(place);
    const way = relative(resolve(directory), path);
    // what shares no more than the root of the file system is not moved together
    const isFar = isAbsolute(way) || resolve(directory, ...upIn(way)) === parse(path).root;
    return isFar ? path : [".", ...way.split(sep)].join("/").replace(/^\.\/\.\./, "..");
  });
}

/** The study in the file of `directory`, which lay in `begunIn` when that was written: what moved with it is found beside it. */
export function withWholePlaces(config: StudyConfig, directory: string, begunIn: string | undefined): StudyConfig {
  return mapPlaces(config, (place) => {
    if (begunIn === undefined || !RELATIVE.test(place)) return place;
    const [here, there] = [resolve(directory, place), resolve(begunIn, place)];
    return existsSync(here) || !existsSync(there) ? here : there;
  });
}

/**
 * The study with its images and source where they are now.
 *
 * @throws ConfigError if a place is named for a source that is not a place, or nothing is at one.
 */
export function moveStudy(config: StudyConfig, { data, source }: StudyPlaces): StudyConfig {
  if (source !== undefined && typeof config.source !== "string") {
    throw new ConfigError(
      `--source: expected none, since the study's source is classes of its own images, got "${source}". Leave it out.`,
    );
  }
  const moved = {
    ...config,
    ...(data !== undefined && { [dataSideOf(config)]: data }),
    ...(source !== undefined && { source }),
  };
  const sides = [
    { side: dataSideOf(moved), what: "images", option: "--data" },
    { side: "source", what: "source", option: "--source" },
  ] as const;
  for (const { side, what, option } of sides) {
    const place = moved[side];
    if (typeof place !== "string" || !isAbsolute(place) || existsSync(place)) continue;
    throw new ConfigError(
      `${place}: expected the ${what} that the study began with, got nothing there. Name the place where it is now with ${option}.`,
    );
  }
  return moved;
}

/** The field that names the images of the target. */
function dataSideOf({ target }: Pick<StudyConfig, "target">): "target" | "dataset" {
  return typeof target === "string" ? "target" : "dataset";
}

function mapPlaces(config: StudyConfig, map: (place: string) => string): StudyConfig {
  const sides: readonly Side[] = ["dataset", "target", "source"];
  const mapped = sides.flatMap((side) => {
    const place = config[side];
    return typeof place === "string" ? [[side, map(place)]] : [];
  });
  return { ...config, ...Object.fromEntries(mapped) };
}

/** The steps upwards that a relative path begins with. */
function upIn(way: string): string[] {
  return way.split(sep).filter((part) => part === "..");
}
