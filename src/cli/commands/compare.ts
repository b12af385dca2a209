/** @file `graft compare`: the same strategies in two studies. */

import { levelText, percent, plural, points } from "../../core/index.ts";
import { type StrategyDifference, compareStudies, readSummary } from "../../study/index.ts";
import { alignColumns } from "../terminal/align-columns.ts";
import { say } from "../terminal/say.ts";

/** Prints for each strategy that both studies have what it reached in each, and the difference. */
export async function compare(first: string, second: string, { json }: { json?: true }): Promise<number> {
  const comparison = compareStudies(await readSummary(first), await readSummary(second));
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ first, second, ...comparison })}\n`);
    return 0;
  }
  const { paired, differences } = comparison;
  const lines = [
    `A: ${first}`,
    `B: ${second}`,
    paired
      ? "Tested on the same images, which are compared one by one."
      : "Tested on different images, so nothing is paired; intervals are wider for it.",
    "",
    ...alignColumns(differences.map(rowOf)),
  ];
  say(lines.join("\n"));
  return 0;
}

function rowOf({ imagesPerClass, strategy, first, second, difference }: StrategyDifference): string[] {
  const budget = imagesPerClass === "all" ? "" : `, ${plural(imagesPerClass, "image")} of each class`;
  return [`${strategy}${budget}`, `A ${percent(first)}`, `B ${percent(second)}`, differenceText(difference)];
}

function differenceText(difference: StrategyDifference["difference"]): string {
  if (difference === null) return "not compared: one of them did not learn, or was cut short";
  const { mean, interval } = difference;
  return `B − A ${points(mean)} points (${levelText(interval.level)} interval ${points(interval.low)} to ${points(interval.high)})`;
}
