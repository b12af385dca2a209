/** @file `graft strategies`: what a study can compare. */

import { strategies, strategyFamilies } from "../../transfer/index.ts";

/** Prints every strategy and family with its description. */
export async function listStrategies(): Promise<number> {
  const rows = [
    ...Object.entries(strategies).map(([name, { description, source }]) => [
      name,
      source === undefined ? description : `${description} (${source})`,
    ]),
    ...strategyFamilies.map(({ form, description }) => [form, description]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  process.stdout.write(rows.map(([name, text]) => `${name.padEnd(width)}  ${text}\n`).join(""));
  return 0;
}
