/** @file Reads the files of a model that lie beside it. */

import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { DataError, GraphError } from "../../core/index.ts";
import type { ExternalFile, ExternalReader } from "../../engine/onnx/index.ts";

/** Reads files beside the model, and no others. */
export function besideModel(path: string): ExternalReader {
  return (location) => {
    const outside = new GraphError(
      `${path}: expected its data in a file beside it, got "${location}". Put all of its files into one folder.`,
    );
    const inside = (place: string): boolean =>
      !isAbsolute(place) && !place.includes("\0") && !place.split(/[\\/]/).includes("..");
    if (!inside(location)) throw outside;
    const folder = dirname(path);
    const place = join(folder, location);
    if (statSync(place, { throwIfNoEntry: false })?.isFile() !== true) {
      throw new GraphError(`${path}: expected its data in "${location}" beside it, got no such file.`);
    }
    // a link may lead elsewhere
    if (!inside(relative(realpathSync(folder), realpathSync(place)))) throw outside;
    return openFile(place);
  };
}

function openFile(path: string): ExternalFile {
  const handle = openSync(path, "r");
  return {
    sizeBytes: fstatSync(handle).size,
    read: (offset, length) => {
      const bytes = new Uint8Array(length);
      let got = 0;
      while (got < length) {
        const more = readSync(handle, bytes, got, length - got, offset + got);
        if (more === 0) throw new DataError(`${path}: expected ${length} bytes from ${offset} on, got ${got}.`);
        got += more;
      }
      return bytes;
    },
    close: () => closeSync(handle),
  };
}
