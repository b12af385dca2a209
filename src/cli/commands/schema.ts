/** @file `graft schema`: the JSON Schema of study files. */

import { studyJsonSchema } from "../../study/index.ts";

/** Prints the schema. */
export async function schema(): Promise<number> {
  process.stdout.write(`${JSON.stringify(studyJsonSchema(), null, 2)}\n`);
  return 0;
}
