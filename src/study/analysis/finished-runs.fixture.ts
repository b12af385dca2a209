/** @file Records of finished runs with made-up answers, for tests of what is made of them. */

import { stream } from "../../core/index.ts";
import { packAnswers } from "../../statistics/index.ts";
import type { RunRecord } from "../records/records.ts";

const TEST_IMAGES = 2000;

/** A finished run on the target; what is not given is of no interest. */
export function finishedRun(own: Partial<RunRecord> & Pick<RunRecord, "strategy" | "seed">): RunRecord {
  const { strategy, seed, imagesPerClass = "all" } = own;
  return {
    id: `${strategy}-n${imagesPerClass}-seed${seed}`,
    model: "",
    label: "",
    task: "target",
    startsFrom: strategy === "scratch" ? null : "pretrained",
    imagesPerClass,
    learningRate: 0.1,
    status: "done",
    trainImages: 100,
    testImages: TEST_IMAGES,
    totalParameters: 1,
    trainableParameters: 1,
    epochs: [],
    durationMs: 1000,
    featureDurationMs: 0,
    flops: { total: 0, backward: 0 },
    ...own,
  };
}

/**
 * The same with answers to 2,000 test images, about a share of which is right.
 *
 * Images that are hard are so for every strategy and seed; luck differs.
 */
export function scoredRun(
  own: Partial<RunRecord> & Pick<RunRecord, "strategy" | "seed">,
  { accuracy, luck = 0.05 }: { accuracy: number; luck?: number },
): RunRecord {
  const ease = stream(0, "test", "images");
  const draws = stream(own.seed, "test", own.strategy, String(own.imagesPerClass));
  const answers = Uint8Array.from({ length: TEST_IMAGES }, () => {
    const isEasy = ease.uniform() < accuracy;
    return Number(draws.uniform() < luck ? draws.uniform() < accuracy : isEasy);
  });
  const right = answers.reduce((sum, answer) => sum + answer, 0) / TEST_IMAGES;
  const epoch = { epoch: 1, testAccuracy: right } as RunRecord["epochs"][number];
  const evaluation = { correct: packAnswers(answers) } as NonNullable<RunRecord["evaluation"]>;
  return finishedRun({ ...own, epochs: [epoch], evaluation });
}
