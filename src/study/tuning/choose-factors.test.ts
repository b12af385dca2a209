/** @file When trials move a rate, how far, and along which line; and that noise does not. */

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stream } from "../../core/index.ts";
import { type BudgetTrials, type Contender, chooseFactors } from "./choose-factors.ts";
import { type Evidence, compare } from "./evidence.ts";

function contender(factor: number, improvement: number, fields: Partial<Evidence> = {}): Contender {
  return {
    factor,
    loss: 0.5 - improvement,
    evidence: { improvement, standardError: 0.01, accuracyGain: 0, ...fields },
  };
}

function budget(contenders: readonly Contender[], fields: Partial<BudgetTrials> = {}): BudgetTrials {
  return { images: 100, contenders, recipeDiverged: false, ...fields };
}

const chosen = (...budgets: BudgetTrials[]): number[] => chooseFactors(budgets, { lowest: 0.25 });

describe("one budget", () => {
  test.each([
    { title: "nothing better", contenders: [contender(0.5, -0.02), contender(2, 0)], factor: 1 },
    { title: "an improvement of one standard error", contenders: [contender(2, 0.01)], factor: 1 },
    // 2^(1 - 1/1.1) = 1.065: not worth a rate of its own
    { title: "an improvement of 1.1 standard errors", contenders: [contender(2, 0.011)], factor: 1 },
    // 2^(1 - 1/1.5)
    { title: "an improvement of 1.5 standard errors", contenders: [contender(2, 0.015)], factor: 1.3 },
    // 2^(1/2)
    { title: "an improvement of two standard errors", contenders: [contender(2, 0.02)], factor: 1.4 },
    // 4^(19/20) and 2^(-19/20)
    { title: "an improvement of twenty standard errors", contenders: [contender(4, 0.2)], factor: 3.7 },
    { title: "the same downwards", contenders: [contender(0.5, 0.2)], factor: 0.52 },
    {
      title: "a surer improvement before a larger one",
      contenders: [contender(0.5, 0.2), contender(4, 0.3, { standardError: 0.25 })],
      factor: 0.52,
    },
    {
      title: "a lower loss with fewer right answers",
      contenders: [contender(0.5, 0.2, { accuracyGain: -0.01 })],
      factor: 1,
    },
    { title: "a spread that cannot be told", contenders: [contender(4, 1, { standardError: Infinity })], factor: 1 },
    { title: "no trials", contenders: [], factor: 1 },
  ])("$title: $factor", ({ contenders, factor }) => {
    expect(chosen(budget(contenders))).toEqual([factor]);
  });

  test("a candidate that diverged is never chosen", () => {
    const diverged: Contender = { factor: 4, loss: null, evidence: null };
    expect(chosen(budget([diverged, contender(2, 0.2)]))).toEqual([1.9]);
    expect(chosen(budget([diverged]))).toEqual([1]);
  });
});

describe("noise", () => {
  /** Two folds of images, and losses that differ by noise alone. */
  const noisy = (seed: number, images: number): BudgetTrials => {
    const random = stream(seed, "noise");
    const scores = () =>
      [0, 1].map(() => {
        const losses = Array.from({ length: images }, () => 1 + 0.5 * random.normal());
        return { losses, correct: losses.map((loss) => loss < 1.2) };
      });
    const recipe = scores();
    return budget([0.5, 2].map((factor) => ({ factor, loss: 1, evidence: compare(recipe, scores()) })));
  };

  test("seldom moves a rate, and then a little", () => {
    const factors = Array.from({ length: 1000 }, (_, seed) => chosen(noisy(seed, 20))[0]);
    const moved = factors.filter((factor) => factor !== 1);
    // each of two candidates is beyond one standard error with 16 %, so one of them is with 1 - 0.84^2 = 29 % at most
    expect(moved.length / factors.length).toBeLessThan(0.29);
    expect(moved.length).toBeGreaterThan(0);
    // half way to the candidate in logarithms is two standard errors, which 1 in 40 reach
    const far = factors.filter((factor) => factor < 0.7 || factor > 1.45);
    expect(far.length / factors.length).toBeLessThan(0.05);
  });

  test("never moves one whose improvement is within a standard error, however many candidates and budgets", () => {
    const evidence = fc.record({
      improvement: fc.double({ min: -1, max: 1, noNaN: true }),
      slack: fc.double({ min: 0, max: 1, noNaN: true }),
      accuracyGain: fc.double({ min: -1, max: 1, noNaN: true }),
    });
    const factors = [0.25, 0.5, 2, 4, 16];
    fc.assert(
      fc.property(
        fc.array(evidence, { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 50, max: 1e5 }),
        (drawn, images) => {
          const contenders = drawn.map(({ improvement, slack, accuracyGain }, index) =>
            contender(factors[index], improvement, { standardError: Math.abs(improvement) + slack, accuracyGain }),
          );
          expect(chosen(budget(contenders, { images }))).toEqual([1]);
        },
      ),
      { seed: 3 },
    );
  });

  test("never chooses beyond what was tried", () => {
    const one = fc.record({
      improvement: fc.double({ min: -1, max: 1, noNaN: true }),
      standardError: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    });
    const pair = fc.tuple(one, one, fc.integer({ min: 50, max: 1e5 }));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 5 }), (drawn) => {
        const budgets = drawn.map(([half, double, images]) =>
          budget([contender(0.5, half.improvement, half), contender(2, double.improvement, double)], { images }),
        );
        for (const factor of chosen(...budgets)) expect(factor >= 0.5 && factor <= 2).toBe(true);
      }),
      { seed: 4 },
    );
  });
});

describe("several budgets", () => {
  const sizes = [{ images: 100 }, { images: 1000 }, { images: 10_000 }];

  test("small improvements of all of them together move the rate where each alone would not", () => {
    const alone = contender(2, 0.009);
    expect(chosen(budget([alone]))).toEqual([1]);
    // the common error is 0.01 / √3: 2^(1 - 0.01 / √3 / 0.009) = 2^0.358
    const factors = chosen(...sizes.map((size) => budget([alone], size)));
    expect(factors).toEqual([1.3, 1.3, 1.3]);
  });

  test("evidence that turns with the budget makes a slope, shrunk towards the recipe", () => {
    const [few, some, many] = chosen(
      budget([contender(0.5, 0.1), contender(2, -0.1)], sizes[0]),
      budget([contender(0.5, -0.001), contender(2, -0.001)], sizes[1]),
      budget([contender(0.5, -0.1), contender(2, 0.1)], sizes[2]),
    );
    expect(few).toBeGreaterThan(0.5);
    expect(few).toBeLessThan(0.75);
    expect(some).toBe(1);
    expect(many).toBeLessThan(2);
    expect(many).toBeCloseTo(1 / few, 1);
  });

  test("a budget without evidence of its own, nor in common, keeps the recipe's rate", () => {
    const unsure = contender(2, 0, { standardError: 1 });
    const [small, large] = chosen(budget([unsure], sizes[0]), budget([contender(2, 0.1)], sizes[2]));
    expect(small).toBe(1);
    // of its own evidence, 2^0.9, the ridges of middle and slope leave the share 2 w / (1 + 2 w) for a weight w of 0.9
    expect(large).toBe(1.5);
  });

  test("a budget whose own trials speak against the common move keeps the recipe's rate", () => {
    const factors = chosen(
      budget([contender(2, -0.02)], sizes[0]),
      budget([contender(2, 0.2)], sizes[1]),
      budget([contender(2, 0.2)], sizes[2]),
    );
    expect(factors[0]).toBe(1);
    expect(factors[1]).toBeGreaterThan(1.5);
    expect(factors[2]).toBeGreaterThan(1.5);
  });
});

describe("a recipe that diverges", () => {
  const broken = (contenders: { factor: number; loss: number | null }[]): BudgetTrials =>
    budget(
      contenders.map((one) => ({ ...one, evidence: null })),
      { recipeDiverged: true },
    );

  test("gives way to the best of the lower factors, unshrunk", () => {
    expect(
      chosen(
        broken([
          { factor: 0.25, loss: 0.6 },
          { factor: 0.5, loss: 0.4 },
          { factor: 2, loss: 0.1 },
        ]),
      ),
    ).toEqual([0.5]);
  });

  test("gives way to the lowest factor of any trial where no lower one went well", () => {
    expect(
      chosen(
        broken([
          { factor: 0.5, loss: null },
          { factor: 2, loss: 0.1 },
        ]),
      ),
    ).toEqual([0.25]);
  });

  test("does so at its own budget, and leaves others their recipe", () => {
    const factors = chosen(
      { ...broken([{ factor: 0.5, loss: 0.4 }]), images: 10_000 },
      budget([contender(0.5, -0.001)], { images: 100 }),
    );
    expect(factors).toEqual([0.5, 1]);
  });
});
