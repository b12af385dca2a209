import { describe, expect, it } from "vitest";
import type { TrainingConfig } from "../file/training-schema.ts";
import type { EpochRecord } from "../records/records.ts";
import { type FinishedRun, judgeRun } from "./judge-run.ts";

const classNames = ["ant", "bee"];

function epochs(trainAccuracies: number[]): EpochRecord[] {
  return trainAccuracies.map((trainAccuracy, index) => ({
    epoch: index + 1,
    trainLoss: 1 - trainAccuracy,
    trainAccuracy,
    testLoss: 1 - trainAccuracy,
    testAccuracy: trainAccuracy,
    learningRate: 0.01,
    trainDurationMs: 1,
    durationMs: 1,
    imagesPerSecond: 1,
  }));
}

/** So many training images of each class. */
function train(counts: number[]): FinishedRun["train"] {
  return { labels: Uint16Array.from(counts.flatMap((count, label) => Array<number>(count).fill(label))), classNames };
}

/** Rows are true classes. The training is what the tests below change of it. */
function outcome(
  confusion: number[][],
  rest: Partial<Omit<FinishedRun, "run">> & { training?: Partial<TrainingConfig> } = {},
) {
  const { training, ...facts } = rest;
  const plain = { epochs: 3, classWeights: "none", oversample: false, earlyStopping: null, ...training };
  return judgeRun({
    run: { training: plain as TrainingConfig },
    stages: [{ firstEpoch: 0 }],
    epochs: epochs([0.9, 0.95, 0.97]),
    evaluation: { confusion },
    train: train([100, 100]),
    ...facts,
  });
}

const good = [
  [45, 5],
  [5, 45],
];

describe("judgeRun", () => {
  it("finds that a run learned", () => {
    expect(outcome(good)).toBe("converged");
  });

  it("finds that one which always gives the same answer did not, whichever class the test set has more of", () => {
    for (const confusion of [
      [
        [0, 70],
        [0, 83],
      ],
      [
        [70, 0],
        [83, 0],
      ],
      [
        [10, 0],
        [90, 0],
      ],
      [
        [0, 10],
        [0, 90],
      ],
    ]) {
      expect(outcome(confusion)).toBe("did-not-learn");
    }
  });

  it("asks for more than always answering the most frequent training class would get right", () => {
    // 90 of 100, by answers that know something of the classes
    const informed = [
      [85, 5],
      [5, 5],
    ];
    const most = { train: train([180, 20]), epochs: epochs([0.9, 0.98, 0.99]) };
    expect(outcome(informed, most)).toBe("did-not-learn");
    expect(
      outcome(
        [
          [88, 2],
          [2, 8],
        ],
        most,
      ),
    ).toBe("converged");
  });

  it("asks no such thing of a run in which rare classes weigh more, or are drawn more often", () => {
    const informed = [
      [70, 20],
      [1, 9],
    ];
    const facts = { train: train([180, 20]), epochs: epochs([0.7, 0.75, 0.8]) };
    expect(outcome(informed, facts)).toBe("did-not-learn");
    for (const training of [{ classWeights: "balanced" as const }, { oversample: true }]) {
      expect(outcome(informed, { ...facts, training })).not.toBe("did-not-learn");
      expect(
        outcome(
          [
            [90, 0],
            [10, 0],
          ],
          { ...facts, training },
        ),
      ).toBe("did-not-learn");
    }
  });

  it("judges the curves of the last stage alone", () => {
    const rising = epochs([0.97, 0.6, 0.7, 0.8]);
    expect(outcome(good, { epochs: rising, stages: [{ firstEpoch: 0 }, { firstEpoch: 1 }] })).toBe("still-improving");
    expect(outcome(good, { epochs: rising })).toBe("converged");
  });

  it("takes a solved head and a run that validation images stopped as they are", () => {
    const rising = { epochs: epochs([0.6, 0.7, 0.8]) };
    expect(outcome(good, rising)).toBe("still-improving");
    expect(outcome(good, { ...rising, stages: [{ firstEpoch: 0, solves: "logistic" }] })).toBe("converged");
    const earlyStopping = { patience: 2, minDelta: 0 } as unknown as TrainingConfig["earlyStopping"];
    expect(outcome(good, { ...rising, training: { earlyStopping, epochs: 5 } })).toBe("converged");
    expect(outcome(good, { ...rising, training: { earlyStopping, epochs: 3 } })).toBe("still-improving");
  });

  it("goes by the loss of validation images where there are any", () => {
    const overfitted = epochs([0.6, 0.7, 0.8]).map((epoch, index) => ({ ...epoch, validationLoss: 0.5 + index }));
    expect(outcome(good, { epochs: overfitted })).toBe("converged");
  });
});
