/** @file What a study says to do that knows every second test image, and what the other images say of it. */

import { packAnswers, unpackAnswers } from "../../src/statistics/index.ts";
import { type RunRecord, type StudySummary, recommendStrategies } from "../../src/study/index.ts";
import type { Advice } from "./results.ts";

/** Null where nothing can be ranked. */
export function adviceOf({ runs }: StudySummary): Advice | null {
  const finished = runs.filter(({ task, status }) => task === "target" && status === "done");
  const [shown, held] = [0, 1].map((parity) => finished.map((run) => withEverySecond(run, parity)));
  const [answer] = recommendStrategies(shown);
  if (answer === undefined) return null;
  const { recommended, isSure, region, prospects } = answer;
  const strategies = prospects.map(({ strategy, probability }) => {
    const accuracies = held.filter((run) => run.strategy === strategy).map(({ epochs }) => epochs[0].testAccuracy);
    return { strategy, probability, accuracy: accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length };
  });
  return { recommended, isSure, region, strategies };
}

/** The record as it would be had the other half of the test images never been there. */
function withEverySecond(run: RunRecord, parity: number): RunRecord {
  const { evaluation, testImages, epochs, keptEpoch } = run;
  if (evaluation?.correct === undefined) throw new Error(`${run.id}: expected the answers to its test images`);
  const half = unpackAnswers(evaluation.correct, testImages).filter((_, image) => image % 2 === parity);
  const kept = epochs.find(({ epoch }) => epoch === keptEpoch) ?? epochs[epochs.length - 1];
  const testAccuracy = half.reduce((sum, right) => sum + right, 0) / half.length;
  return {
    ...run,
    testImages: half.length,
    evaluation: { ...evaluation, correct: packAnswers(half) },
    epochs: [{ ...kept, testAccuracy }],
  };
}
