/** @file `--export-resize`: beside every model of a study one that takes photographs of any size. */

import { join } from "node:path";
import { DataError, plural } from "../../core/index.ts";
import { readWholeFile, requireLocks, writeFileAtomic } from "../../files/index.ts";
import { type StudySummary, anySizeModel } from "../../study/index.ts";

const NAME = "model-any-size.onnx";

/** Writes them, and says so in a sentence. */
export async function writeAnySize({ runs }: StudySummary, directory: string): Promise<string> {
  const done = runs.filter(({ status }) => status === "done");
  for (const { id } of done) {
    const path = join(directory, "runs", id, "model.onnx");
    const model = anySizeModel(await readModel(path), path);
    requireLocks(directory);
    await writeFileAtomic(join(directory, "runs", id, NAME), model);
  }
  return `${plural(done.length, "model takes", "models take")} photographs of any size, as pixels [N, height, width, 3]: ${join(directory, "runs", "*", NAME)}`;
}

async function readModel(path: string): Promise<Uint8Array> {
  return readWholeFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw cause;
    throw new DataError(
      `${path}: expected the model of a finished run, got none. Restore the file, or resume the study, which trains the run again.`,
      { location: { path }, cause },
    );
  });
}
