/** @file Says where a data set is. */

import { ConfigError } from "../../../core/index.ts";
import type { DatasetEntry } from "../../../data/node/index.ts";

/** Where a data set is, as a phrase; that the user's data folder lacks it is worth knowing too. */
export function whereIs(find: DatasetEntry["find"]): string {
  try {
    const found = find();
    if (found === undefined) return "not on this machine yet; downloaded when first needed";
    return found.path === undefined ? found.from : `in the ${found.from}: ${found.path}`;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const dataDir = process.env["GRAFT_DATA_DIR"];
    return dataDir === undefined ? error.message : `not in GRAFT_DATA_DIR, ${dataDir}`;
  }
}
