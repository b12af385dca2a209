/** @file Reads study files. */

import { DataError } from "../../core/index.ts";
import { readWholeFile } from "../../files/index.ts";
import type { StudyInput } from "./schema.ts";

/**
 * Reads a study file; fields that it leaves out are left out here too.
 *
 * @throws DataError if the file cannot be read.
 * @throws ConfigError with the line if it is not YAML or a field is wrong.
 */
export async function loadStudyFile(path: string): Promise<StudyInput> {
  const bytes = await readWholeFile(path, "a study file").catch((cause: unknown) => {
    if (cause instanceof DataError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const got = code === "ENOENT" ? "nothing there" : message;
    throw new DataError(`${path}: expected a study file, got ${got}. Check the path.`, {
      location: { path },
      cause,
    });
  });
  // what reads YAML is a hundred modules, which nothing else needs
  const { parseStudyFile } = await import("./parse-study-file.ts");
  return parseStudyFile(bytes.toString(), path);
}
