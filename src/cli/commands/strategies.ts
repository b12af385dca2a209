/** @file `graft strategies`: what a study can compare. */

import { strategies, strategyFamilies } from "../../transfer/index.ts";
import { alignColumns } from "../terminal/align-columns.ts";
import { say } from "../terminal/say.ts";

/** Prints every strategy and family with its description. */
export async function listStrategies(): Promise<number> {
  const rows = [
    ...Object.entries(strategies).map(([name, { description, source }]) => [
      name,
      source === undefined ? description : `${description} (${source})`,
    ]),
    ...strategyFamilies.map(({ form, description }) => [form, description]),
  ];
  say(alignColumns(rows).join("\n"));
  return 0;
}
