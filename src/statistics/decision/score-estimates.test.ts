import { describe, expect, it } from "vitest";
import { stream } from "../../core/index.ts";
import { estimatesOf, scoreDifference, scoreEstimates } from "./score-estimates.ts";

const IMAGES = 400;

/** Seeds whose answers are right with the probabilities given, image by image. */
function scored(strategy: string, probabilities: readonly number[], { seeds = 1, seed = 0 } = {}) {
  const random = stream(seed, strategy);
  const results = Array.from({ length: seeds }, (_, index) => {
    const correct = Uint8Array.from(probabilities, (p) => Number(random.uniform() < p));
    return { seed: index, accuracy: correct.reduce((sum, right) => sum + right, 0) / IMAGES, correct };
  });
  return { strategy, trainImages: 100, testImages: IMAGES, results };
}

const easyAndHard = Array.from({ length: IMAGES }, (_, image) => (image % 4 === 0 ? 0 : 1));

describe("scoreEstimates", () => {
  it("has for one seed the variance of a share, and none between two that answer alike", () => {
    const estimates = scoreEstimates([[scored("a", easyAndHard), scored("b", easyAndHard)]]);
    expect(estimates.images[0][0]).toBeCloseTo((0.75 * 0.25) / (IMAGES - 1), 12);
    expect(estimates.images[0][1]).toBeCloseTo(estimates.images[0][0], 12);
    const { difference, standardError } = scoreDifference(estimates, 0, 1);
    expect(difference).toBe(0);
    // the luck of two seeds is left
    expect(standardError).toBeCloseTo(Math.sqrt(estimates.seeds[0] + estimates.seeds[1]), 12);
  });

  it("counts what flickers from seed to seed once", () => {
    const coins = easyAndHard.map(() => 0.5);
    const { images, seeds } = scoreEstimates([[scored("a", coins, { seeds: 4 }), scored("b", coins, { seeds: 4 })]]);
    // mean shares of four coins: a quarter of a coin's variance over the images
    expect(images[0][0]).toBeGreaterThan(0.15 / 4 / IMAGES);
    expect(images[0][0]).toBeLessThan(0.35 / 4 / IMAGES);
    expect(seeds[0]).toBeLessThan(0.25 / IMAGES);
  });

  it("takes out of the spread over seeds what it owes to the number of images", () => {
    // of 400 images 20 are right with the first seed alone and 20 with the second: a variance of 1/2 for a tenth of them
    const rightWith = (image: number, seed: number): boolean =>
      image % 10 === 0 ? (image % 20 === 0) === (seed === 0) : easyAndHard[image] === 1;
    const kept = [0, 1].map((seed) => {
      const correct = Uint8Array.from({ length: IMAGES }, (_, image) => Number(rightWith(image, seed)));
      return { seed, accuracy: correct.reduce((sum, right) => sum + right, 0) / IMAGES, correct };
    });
    const bare = kept.map(({ seed, accuracy }) => ({ seed, accuracy }));
    const [withAnswers, without] = [kept, bare].map(
      (results) => scoreEstimates([[{ strategy: "a", trainImages: 100, testImages: IMAGES, results }]]).seeds[0],
    );
    expect(without - withAnswers).toBeCloseTo((0.1 * 0.5) / IMAGES / 2, 12);
  });

  it("treats strategies whose answers were not kept as independent with one seed, and speaks of seeds alone with several", () => {
    const bare = (strategy: string, accuracies: number[]) => ({
      strategy,
      trainImages: 100,
      testImages: IMAGES,
      results: accuracies.map((accuracy, seed) => ({ seed, accuracy })),
    });
    const one = scoreEstimates([[bare("a", [0.75]), bare("b", [0.7])]]);
    expect(one.images[0]).toEqual(Float64Array.of((0.75 * 0.25) / IMAGES, 0));
    expect(scoreEstimates([[bare("a", [0.75, 0.76]), bare("b", [0.7, 0.7])]]).images[0][0]).toBe(0);
  });

  it("takes some cells out in another order", () => {
    const all = scoreEstimates([[scored("a", easyAndHard), scored("b", easyAndHard.toReversed(), { seed: 1 })]]);
    const some = estimatesOf(all, [1, 0]);
    expect(some.means).toEqual([all.means[1], all.means[0]]);
    expect(scoreDifference(some, 0, 1)).toEqual(scoreDifference(all, 1, 0));
  });
});

it("gives a difference the degrees of freedom of its parts together", () => {
  const images = [Float64Array.of(3e-4, 1e-4), Float64Array.of(1e-4, 2e-4)];
  const { standardError, degreesOfFreedom } = scoreDifference(
    { means: [0.9, 0.8], images, seeds: [1e-4, 3e-4], seedDegreesOfFreedom: [4, 8], testImages: 101 },
    0,
    1,
  );
  expect(standardError).toBeCloseTo(Math.sqrt(7e-4), 12);
  // three quarters of those over seeds: (3 + 1 + 3)² / (3² / 100 + 1² / 3 + 3² / 6)
  expect(degreesOfFreedom).toBeCloseTo(49 / (0.09 + 1 / 3 + 1.5), 9);
});
