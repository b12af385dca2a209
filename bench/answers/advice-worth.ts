/** @file What recommendations are worth, on the test images that they were not made from. */

import { mean } from "../../src/statistics/index.ts";
import { type Advice, type Shown, adviceFrom } from "./advice.ts";
import type { DefaultsFile } from "./results.ts";

/** What somebody would do who never asks. */
const ALWAYS = "full";
/** Accuracies are shares of whole numbers of images. */
const ROUNDING = 1e-9;
/** Times that the images to be shown are drawn from those of a study. */
const DRAWS = 10;

/** Over all studies; each is the mean over its draws. */
export interface AdviceWorth {
  readonly studies: number;
  /** The best strategy's accuracy minus the recommended one's, and minus that of always fine-tuning everything. */
  readonly regret: { readonly mean: number; readonly worst: number };
  readonly regretOfAlways: { readonly mean: number; readonly worst: number };
  /** Mean squared difference between the probability that was said and whether it was so. */
  readonly brier: number;
  readonly brierOfAlways: number;
  /** Shares of all recommendations: said to be sure, and sure ones that are right. */
  readonly sure: number;
  readonly rightOfSure: number;
}

/** Of recommendations made from some test images; null where no study has twice as many as are to be shown. */
export function adviceWorth({ cells }: Pick<DefaultsFile, "cells">, how: Shown): AdviceWorth | null {
  const studies = cells.flatMap(({ answers }) =>
    answers === undefined || answers.testImages < 2 * how.shown
      ? []
      : [Array.from({ length: DRAWS }, (_, draw) => adviceFrom(answers, how, draw))],
  );
  return studies.length === 0 ? null : worthOf(studies);
}

/** What some advice was worth, study by study. */
export function worthOf(advice: readonly (readonly Advice[])[]): AdviceWorth {
  const studies = advice.map((draws) => draws.map(judge));
  const all = studies.flat();
  const regretOf = (of: (one: Judged) => number): AdviceWorth["regret"] => ({
    mean: mean(all.map(of)),
    worst: Math.max(...studies.map((draws) => mean(draws.map(of)))),
  });
  const sure = all.filter(({ isSure }) => isSure);
  return {
    studies: studies.length,
    regret: regretOf(({ regret }) => regret),
    regretOfAlways: regretOf(({ regretOfAlways }) => regretOfAlways),
    brier: mean(all.map(({ probability, isRight }) => (probability - Number(isRight)) ** 2)),
    brierOfAlways: mean(all.map(({ isAlwaysRight }) => 1 - Number(isAlwaysRight))),
    sure: sure.length / all.length,
    rightOfSure: mean(sure.map(({ isRight }) => Number(isRight))),
  };
}

type Judged = ReturnType<typeof judge>;

/** Held against the images that were not shown. */
function judge({ recommended, isSure, region, strategies }: Advice) {
  const best = Math.max(...strategies.map(({ accuracy }) => accuracy));
  const regretOf = (name: string): number =>
    best - (strategies.find(({ strategy }) => strategy === name)?.accuracy ?? 0);
  const isWithin = (regret: number): boolean => regret <= region + ROUNDING;
  const [regret, regretOfAlways] = [regretOf(recommended), regretOf(ALWAYS)];
  const probability = strategies.find(({ strategy }) => strategy === recommended)?.probability ?? 0;
  return {
    isSure,
    probability,
    regret,
    regretOfAlways,
    isRight: isWithin(regret),
    isAlwaysRight: isWithin(regretOfAlways),
  };
}
