/** @file A crossover in words. */

import { about, levelText, list, plural } from "../../core/index.ts";
import type { Crossing, CrossingInterval, Crossover } from "../../statistics/index.ts";

/**
 * One sentence or two on where one strategy overtakes the other:
 * `scratch overtakes last-layer at about 140 images per class (95 % interval 90 to 230; 5 seeds).`
 */
export function describeCrossover(crossover: Crossover): string {
  switch (crossover.kind) {
    case "not comparable":
      return `A crossover of ${list(crossover.strategies)} needs at least two budgets that both were trained with.`;
    case "none":
      return describeNone(crossover);
    case "one":
      return describeOne(crossover);
    case "several":
      return (
        `The order of ${list([crossover.crossings[0].overtaking, crossover.crossings[0].overtaken])} changes ` +
        `${crossover.crossings.length} times within the budgets (${over(crossover.seeds)}), so there is no one crossover: ` +
        `${list(crossover.crossings.map(place))}.`
      );
  }
}

function describeNone({ strategies, ahead, budgets, levelAt, seeds }: Extract<Crossover, { kind: "none" }>): string {
  const [first, last] = [budgets[0], budgets[budgets.length - 1]].map((budget) => budget.toLocaleString("en-US"));
  const range = `${first} to ${last} images per class`;
  if (ahead === null) return `${list(strategies)} are level at every budget, ${range} (${over(seeds)}).`;
  const where = levelAt.length > 0 ? "ahead or level" : "ahead";
  return `No crossover within the budgets, ${range}: ${ahead} is ${where} everywhere (${over(seeds)}).`;
}

/** `scratch overtakes …` only where the order is known on both sides; elsewhere mean curves cross, and it says how far noise may be why. */
function describeOne({ crossing, interval, apart, seeds }: Extract<Crossover, { kind: "one" }>): string {
  const before = apart.before && interval.low !== null;
  const after = apart.after && interval.high !== null;
  const known = `${intervalText(interval)}; ${over(seeds)}`;
  if (before && after) return `${place(crossing)} (${known}).`;
  const { overtaking, overtaken, budget } = crossing;
  const side = before ? "above it" : after ? "below it" : "on either side of it";
  return (
    `The mean curves of ${overtaking} and ${overtaken} cross at about ${about(budget)} images per class, ` +
    `but ${side} the two cannot be told apart (${known}).`
  );
}

function place({ overtaking, overtaken, budget }: Crossing): string {
  return `${overtaking} overtakes ${overtaken} at about ${about(budget)} images per class`;
}

function intervalText({ low, high, level }: CrossingInterval): string {
  const name = `${levelText(level)} interval`;
  if (low === null && high === null) return `the ${name} reaches beyond the budgets on both sides`;
  const [from, to] = [
    low === null ? "from below the smallest budget" : about(low),
    high === null ? "above the largest budget" : about(high),
  ];
  return `${name} ${from} to ${to}`;
}

function over(seeds: readonly number[]): string {
  return plural(seeds.length, "seed");
}
