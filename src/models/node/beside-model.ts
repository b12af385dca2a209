/** @file Reads the files of a model that lie beside it. */

import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { GraphError } from "../../core/index.ts";
import type { ExternalReader } from "../../engine/onnx/index.ts";

/** Reads files beside the model, and no others. */
export function besideModel(path: string): ExternalReader {
  return (location) => {
    const outside = new GraphError(
      `${path}: expected its data in a file beside it, got "${location}". Put all of its files into one folder.`,
    );
    const inside = (place: string): boolean => !isAbsolute(place) && !place.split(/[\\/]/).includes("..");
    if (!inside(location)) throw outside;
    const folder = dirname(path);
    const place = join(folder, location);
    if (statSync(place, { throwIfNoEntry: false })?.isFile() !== true) {
      throw new GraphError(`${path}: expected its data in "${location}" beside it, got no such file.`);
    }
    // a link may lead elsewhere
    if (!inside(relative(realpathSync(folder), realpathSync(place)))) throw outside;
    return readFileSync(place);
  };
}
