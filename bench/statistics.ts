/**
 * @file `npm run bench:statistics`: how often the statistics of a study are wrong, and how often they find what is there.
 *
 * Studies are made up with the accuracies and spreads of the published budget curves, three seeds each, down to the
 * answer to every test image; what the comparisons say of them is held against what was put in.
 */

import { parseArgs } from "node:util";
import { stream, type RandomStream } from "../src/core/index.ts";
import {
  type BudgetResults,
  type StrategyResults,
  findCrossover,
  judgeBudgets,
  normalQuantile,
} from "../src/statistics/index.ts";
import { usualStandingOf } from "../src/study/index.ts";

const { values } = parseArgs({
  options: {
    studies: { type: "string", default: "300" },
    seeds: { type: "string", default: "3" },
    images: { type: "string", default: "2000" },
  },
});
const [studies, seeds, images] = [values.studies, values.seeds, values.images].map(Number);

const BUDGETS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500];
/** docs/results/budget-curve: mean test accuracy of three seeds in percent, and half of its 95 % t interval. */
const PUBLISHED: Record<string, [mean: number, half: number][]> = {
  scratch: [
    [68.3, 26.8],
    [73, 5.1],
    [77.3, 3.2],
    [84, 3.1],
    [86.8, 4],
    [90.6, 0.9],
    [91.5, 0.9],
    [93.6, 0.6],
    [95.8, 0.4],
  ],
  "last-layer": [
    [86.9, 5.1],
    [87.3, 3.4],
    [88.1, 1.1],
    [88.6, 1],
    [89.9, 3.1],
    [90.1, 1.6],
    [90.6, 1.4],
    [91.1, 2],
    [91.7, 1.8],
  ],
  "last-two-layers": [
    [83.4, 0.3],
    [85.5, 8.2],
    [88.9, 2.3],
    [91, 0.2],
    [92.2, 0.7],
    [93, 1.4],
    [94, 0.8],
    [94.9, 0.6],
    [96, 0.7],
  ],
  full: [
    [81, 1.8],
    [83.3, 7.8],
    [88.2, 2.5],
    [90.6, 3.5],
    [92.2, 1.2],
    [93.8, 1.1],
    [94.4, 0.7],
    [95.2, 1],
    [96.5, 1.1],
  ],
  "probe-then-full": [
    [86.7, 3.9],
    [87.2, 4.3],
    [88.4, 2.5],
    [89.7, 0.6],
    [90.6, 3.2],
    [92.1, 1.5],
    [92.4, 1.9],
    [93.6, 1.7],
    [95.3, 0.4],
  ],
  "l2-sp": [
    [80.2, 1.8],
    [82.1, 8.2],
    [87.8, 2.3],
    [90.2, 4],
    [92, 1.5],
    [93.3, 1.1],
    [94.3, 0.8],
    [95.3, 0.5],
    [96.7, 0.4],
  ],
};
const NAMES = Object.keys(PUBLISHED);
/** Half of a 95 % t interval of three seeds, over their standard deviation. */
const HALF = 4.3027 / Math.sqrt(3);
/** Of the variance of an answer's latent score: shared by all strategies, by the seeds of one, and by none. */
const SHARED = 0.75;
const OWN = 0.12;
/** Of one seed, the same for all strategies. */
const SEED_SPREAD = 0.005;

type Truth = (strategy: number, budget: number) => number;

const published: Truth = (strategy, budget) => PUBLISHED[NAMES[strategy]][budget][0] / 100;
const spread: Truth = (strategy, budget) => PUBLISHED[NAMES[strategy]][budget][1] / HALF / 100;
const level: Truth = (_, budget) => NAMES.reduce((sum, __, other) => sum + published(other, budget), 0) / NAMES.length;
/** All alike but one, which is two points better. */
const AHEAD = NAMES.indexOf("full");
const twoPoints: Truth = (strategy, budget) => level(strategy, budget) + (strategy === AHEAD ? 0.02 : 0);

const falseFindings = BUDGETS.map(() => 0);
const found = BUDGETS.map(() => 0);
const truePairs = BUDGETS.map(() => 0);
const covered = { pairs: 0, of: 0 };
const crossings = { within: 0, of: 0 };
const answers = { sure: 0, right: 0, of: 0, brier: 0 };
for (let study = 0; study < studies; study++) {
  const random = stream(study, "bench-statistics");
  judgeBudgets(madeUp(level, random)).verdicts.forEach(({ comparisons }, budget) => {
    if (comparisons.some(({ outcome }) => outcome === "settled")) falseFindings[budget]++;
  });
  judgeBudgets(madeUp(twoPoints, random)).verdicts.forEach(({ comparisons }, budget) => {
    for (const { better, worse, outcome, test } of comparisons) {
      const truth = twoPoints(NAMES.indexOf(better), budget) - twoPoints(NAMES.indexOf(worse), budget);
      covered.of++;
      if (test.interval.low <= truth && truth <= test.interval.high) covered.pairs++;
      if (better !== NAMES[AHEAD] && worse !== NAMES[AHEAD]) continue;
      truePairs[budget]++;
      if (outcome === "settled" && better === NAMES[AHEAD]) found[budget]++;
    }
  });
  const { placed, estimates, verdicts } = judgeBudgets(madeUp(published, random));
  if (estimates === null) throw new Error("nothing was ranked");
  const rows = placed.map((strategies, budget) => ({ budget: BUDGETS[budget], strategies }));
  for (const other of NAMES.slice(1)) {
    const truth = trueCrossing(NAMES.indexOf(other));
    const crossover = findCrossover(["scratch", other], rows, { estimates });
    if (truth === null || crossover.kind !== "one") continue;
    crossings.of++;
    const { low, high } = crossover.interval;
    if ((low ?? 0) <= truth && truth <= (high ?? Infinity)) crossings.within++;
  }
  verdicts.forEach(({ recommendation }, budget) => {
    if (recommendation === null) return;
    const best = Math.max(...NAMES.map((_, strategy) => published(strategy, budget)));
    for (const { strategy, probability } of recommendation.prospects) {
      const isRight = best - published(NAMES.indexOf(strategy), budget) <= recommendation.region;
      answers.brier += (probability - Number(isRight)) ** 2;
      answers.of++;
      if (strategy !== recommendation.recommended || !recommendation.isSure) continue;
      answers.sure++;
      if (isRight) answers.right++;
    }
  });
}

const share = (part: number, whole: number): string => (whole === 0 ? "–" : (part / whole).toFixed(3));
const row = (title: string, cells: readonly (string | number)[]): string => `| ${[title, ...cells].join(" | ")} |`;
console.log(`${studies} made-up studies, ${seeds} seeds, ${images} test images\n`);
console.log(row("images per class", BUDGETS));
console.log(
  row(
    "---",
    BUDGETS.map(() => "---"),
  ),
);
console.log(
  row(
    "false finding where all are level",
    falseFindings.map((count) => share(count, studies)),
  ),
);
console.log(
  row(
    "two points found",
    found.map((count, budget) => share(count, truePairs[budget])),
  ),
);
console.log(`\n95 % intervals of a difference cover it: ${share(covered.pairs, covered.of)}`);
console.log(`95 % intervals of a crossover cover it: ${share(crossings.within, crossings.of)} of ${crossings.of}`);
console.log(`sure recommendations that are right: ${share(answers.right, answers.sure)} of ${answers.sure}`);
console.log(`Brier score of the probabilities: ${share(answers.brier, answers.of)}`);

/** A study whose strategies reach, over seeds and images without end, what `truth` says. */
function madeUp(truth: Truth, random: RandomStream): BudgetResults[] {
  const shared = normals(images, random);
  const own = NAMES.map(() => normals(images, random));
  return BUDGETS.map((budget, place) => {
    const easy = normals(seeds, random);
    const strategies = NAMES.map((strategy, index): StrategyResults => {
      const accuracy = truth(index, place);
      const threshold = normalQuantile(accuracy);
      const slope = Math.exp((-threshold * threshold) / 2) / Math.sqrt(2 * Math.PI);
      const results = Array.from({ length: seeds }, (_, seed) => {
        const luck = SEED_SPREAD * easy[seed] + spread(index, place) * random.normal();
        const correct = Uint8Array.from({ length: images }, (__, image) => {
          const score = Math.sqrt(SHARED) * shared[image] + Math.sqrt(OWN) * own[index][image];
          return Number(threshold + luck / slope + score + Math.sqrt(1 - SHARED - OWN) * random.normal() > 0);
        });
        return { seed, accuracy: correct.reduce((sum, right) => sum + right, 0) / images, correct };
      });
      const cost = { trainImages: 2 * budget, testImages: images, seconds: index };
      return { strategy, transfers: strategy !== "scratch", results, ...cost, usual: usualStandingOf(strategy) };
    });
    return { budget, strategies };
  });
}

function normals(count: number, random: RandomStream): Float64Array {
  return Float64Array.from({ length: count }, () => random.normal());
}

/** Where the published curves of scratch and another strategy cross once; null where they do not. */
function trueCrossing(other: number): number | null {
  const differences = BUDGETS.map((_, budget) => published(0, budget) - published(other, budget));
  const changes = differences.flatMap((value, index) => {
    const next = differences[index + 1];
    if (next === undefined || Math.sign(value) === Math.sign(next)) return [];
    return [Math.log(BUDGETS[index]) + (value / (value - next)) * Math.log(BUDGETS[index + 1] / BUDGETS[index])];
  });
  return changes.length === 1 ? Math.exp(changes[0]) : null;
}
