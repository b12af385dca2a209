/** @file Reads how a network's images are prepared, where a file of the usual name lies beside it. */

import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { DataError } from "../../core/index.ts";
import type { KnownPreparation } from "../preparation.ts";
import { isFile } from "./locate.ts";
import { preparationFiles } from "./preparation-files.ts";

/** In whose parent the Hub keeps what belongs to a file. */
const FOLDER_OF_EXPORTS = "onnx";

/**
 * What the files beside a model say; null where there are none.
 *
 * @throws DataError for a file that is damaged or asks for what Graft does not have.
 */
export function preparationBeside(path: string): KnownPreparation | null {
  const folder = dirname(path);
  const folders = basename(folder) === FOLDER_OF_EXPORTS ? [folder, dirname(folder)] : [folder];
  for (const place of folders) {
    for (const [name, read] of Object.entries(preparationFiles)) {
      const file = join(place, name);
      const found = isFile(file) ? readWith(read, file) : null;
      if (found !== null) return { ...found, source: `${name} beside it says` };
    }
  }
  return null;
}

function readWith<T>(read: (content: unknown) => T, file: string): T {
  try {
    return read(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) throw error;
    throw new DataError(
      `${file}: expected how the network's images are prepared, got ${faultOf(error)}. ` +
        "Correct the file, or keep the network in a folder without it.",
      { location: { path: file }, cause: error },
    );
  }
}

function faultOf(error: z.ZodError | SyntaxError): string {
  if (error instanceof SyntaxError) return "what is no JSON";
  const [{ path, message }] = error.issues;
  return `something else in ${path.join(".") || "the whole of it"} (${message})`;
}
