import { describe, expect, it } from "vitest";
import { type JudgedEpoch, type JudgedRun, learningOutcome } from "./learning-outcome.ts";

function curves(trainAccuracy: number[], heldOutLoss: number[], learningRate: number[]): JudgedEpoch[] {
  return trainAccuracy.map((accuracy, index) => ({
    trainAccuracy: accuracy,
    heldOutLoss: heldOutLoss[index],
    learningRate: learningRate[index],
  }));
}

/** A run on two classes that is well above chance on its test images. */
function judged(epochs: JudgedEpoch[], rest: Partial<JudgedRun> = {}): JudgedRun {
  return {
    epochs,
    train: { images: 1000, chance: 0.5 },
    test: { correct: 1600, images: 2000, chance: 0.5 },
    settled: false,
    ...rest,
  };
}

// real curves of the studies in docs/results, seed 0 unless they say otherwise
const asPublishedM3 = curves(
  [
    0.398, 0.539, 0.551, 0.551, 0.57, 0.573, 0.586, 0.588, 0.604, 0.604, 0.615, 0.616, 0.637, 0.638, 0.646, 0.654,
    0.654, 0.662, 0.663, 0.66,
  ],
  [
    0.855, 0.713, 0.682, 0.668, 0.657, 0.65, 0.645, 0.642, 0.638, 0.635, 0.632, 0.627, 0.621, 0.618, 0.614, 0.609,
    0.607, 0.604, 0.599, 0.598,
  ],
  Array<number>(20).fill(1e-4),
);
const classicM1 = curves(
  [
    0.466, 0.614, 0.684, 0.722, 0.746, 0.765, 0.782, 0.796, 0.806, 0.814, 0.818, 0.827, 0.837, 0.839, 0.84, 0.839,
    0.841, 0.847, 0.848, 0.846,
  ],
  [
    1.208, 0.889, 0.791, 0.77, 0.803, 0.833, 0.766, 0.838, 0.807, 0.787, 0.828, 0.856, 0.884, 0.93, 0.972, 0.99, 0.95,
    0.991, 1.017, 1.011,
  ],
  Array<number>(20).fill(0.01),
);
const tunedM3 = curves(
  [
    0.721, 0.896, 0.917, 0.921, 0.921, 0.921, 0.919, 0.92, 0.92, 0.918, 0.924, 0.923, 0.924, 0.92, 0.922, 0.919, 0.922,
    0.92, 0.921, 0.921,
  ],
  [
    0.31, 0.221, 0.208, 0.204, 0.206, 0.198, 0.2, 0.204, 0.198, 0.205, 0.201, 0.2, 0.199, 0.201, 0.199, 0.201, 0.2, 0.2,
    0.2, 0.2,
  ],
  [
    2.1e-3, 5.6e-3, 0.01, 0.015, 0.019, 0.02, 0.02, 0.019, 0.018, 0.016, 0.014, 0.012, 0.01, 7.8e-3, 5.7e-3, 3.8e-3,
    2.2e-3, 9.9e-4, 2.5e-4, 8e-8,
  ],
);
const sixEpochs = [5.5e-4, 9.9e-4, 8.1e-4, 4.6e-4, 1.3e-4, 4e-9];
const fullOnMobileNetV1 = curves(
  [0.486, 0.686, 0.816, 0.882, 0.914, 0.902],
  [0.822, 0.785, 0.544, 0.42, 0.383, 0.373],
  sixEpochs.map((rate) => 0.3 * rate),
);
const secondStageOnMobileNetV1 = curves([0.645, 0.739, 0.776], [0.632, 0.575, 0.522], sixEpochs.slice(3));
const tenEpochs = [5.5e-3, 0.015, 0.02, 0.019, 0.016, 0.012, 7.8e-3, 3.8e-3, 9.9e-4, 8e-8];
const scratchOf500 = curves(
  [0.606, 0.801, 0.835, 0.834, 0.883, 0.898, 0.918, 0.921, 0.933, 0.939],
  [0.532, 0.608, 0.477, 0.328, 0.313, 0.253, 0.209, 0.227, 0.205, 0.202],
  tenEpochs.map((rate) => 0.5 * rate),
);
const lastLayerOf1000Seed2 = curves(
  [0.703, 0.881, 0.879, 0.884, 0.895, 0.891, 0.89, 0.889, 0.897, 0.905],
  [0.249, 0.231, 0.224, 0.211, 0.218, 0.216, 0.21, 0.207, 0.207, 0.207],
  tenEpochs,
);

describe("a run that learned", () => {
  it("was cut short at a constant rate that is too low", () => {
    expect(learningOutcome(judged(asPublishedM3))).toBe("still-improving");
  });

  it("was cut short by a schedule that fell to zero while it rose steeply", () => {
    expect(learningOutcome(judged(fullOnMobileNetV1))).toBe("still-improving");
    expect(learningOutcome(judged(secondStageOnMobileNetV1))).toBe("still-improving");
  });

  it("was not cut short where its test loss has risen since, however its training accuracy rises", () => {
    const run = judged(classicM1, { train: { images: 40_000, chance: 0.125 } });
    expect(learningOutcome(run)).toBe("converged");
  });

  it("was not cut short where features hold no more, although it is far from perfect", () => {
    expect(learningOutcome(judged(tunedM3))).toBe("converged");
  });

  it("was not cut short where it rose only once the rate fell", () => {
    expect(learningOutcome(judged(lastLayerOf1000Seed2))).toBe("converged");
  });

  it("was not cut short near the end of what can be learned", () => {
    expect(learningOutcome(judged(scratchOf500))).toBe("converged");
  });

  it("was cut short after one epoch far from perfect, and not where its head was solved for", () => {
    const once = curves([0.8], [0.5], [0.01]);
    expect(learningOutcome(judged(once))).toBe("still-improving");
    expect(learningOutcome(judged(once, { settled: true }))).toBe("converged");
    expect(learningOutcome(judged(curves([0.95], [0.2], [0.01])))).toBe("converged");
  });
});

describe("a run that did not learn", () => {
  const perfect = curves([0.6, 1], [0.7, 3], [0.01, 0.01]);
  const outcome = (correct: number, images: number, chance = 0.5) =>
    learningOutcome(judged(perfect, { test: { correct, images, chance } }));

  it("memorised its training images and is at chance on others", () => {
    expect(outcome(1030, 2000)).toBe("did-not-learn");
    expect(outcome(920, 2000, 0.46)).toBe("did-not-learn");
  });

  it("can be told from one that did on 20 test images: 15 right of two classes, 5 of ten", () => {
    expect([14, 15].map((correct) => outcome(correct, 20))).toEqual(["did-not-learn", "converged"]);
    expect([4, 5].map((correct) => outcome(correct, 20, 0.1))).toEqual(["did-not-learn", "converged"]);
  });

  it("is at chance on its training images, even where a few test images went well", () => {
    // scratch on MobileNet v2, hymenoptera, seed 0: 245 training images, 88 of 153 test images right
    const scratch = curves([0.522, 0.518, 0.486, 0.465, 0.547, 0.486], [4.27, 1.13, 0.74, 0.68, 0.76, 0.69], sixEpochs);
    const train = { images: 245, chance: 124 / 245 };
    const test = { correct: 88, images: 153, chance: 0.46 };
    expect(learningOutcome(judged(scratch, { train, test }))).toBe("did-not-learn");
  });

  it("is not one with too few training images to show anything, where the test images leave no doubt", () => {
    const few = curves([0.75, 0.75], [0.5, 0.4], [0.01, 0.01]);
    const run = (correct: number) =>
      judged(few, { train: { images: 4, chance: 0.5 }, test: { correct, images: 100, chance: 0.5 }, settled: true });
    expect(learningOutcome(run(80))).toBe("converged");
    expect(learningOutcome(run(60))).toBe("did-not-learn");
  });

  it("is not one whose images are so few that perfect answers would show nothing", () => {
    const faultless = curves([1, 1], [0.2, 0.1], [0.01, 0.01]);
    const of = (correct: number, images: number) =>
      judged(faultless, { train: { images: 20, chance: 0.5 }, test: { correct, images, chance: 0.5 }, settled: true });
    expect(learningOutcome(of(4, 4))).toBe("converged");
    expect(learningOutcome(of(5, 5))).toBe("converged");
    expect(learningOutcome(of(4, 8))).toBe("did-not-learn");
  });
});
