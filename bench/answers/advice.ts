/** @file What a study's strategies answered, and what it says to do when it knows some of its test images alone. */

import { stream } from "../../src/core/index.ts";
import { unpackAnswers, verdict } from "../../src/statistics/index.ts";
import { type StudySummary, recommendStrategies } from "../../src/study/index.ts";
import type { Answers } from "./results.ts";

/** A recommendation from the test images that were shown, and what the others say of it. */
export interface Advice {
  readonly recommended: string;
  readonly isSure: boolean;
  /** Accuracies closer than this count as equal. */
  readonly region: number;
  readonly strategies: readonly {
    readonly strategy: string;
    /** That it lies within the region of the best. */
    readonly probability: number;
    /** On the images that were not shown. */
    readonly accuracy: number;
  }[];
}

/** Of every strategy that a study of one budget ranks; null where it ranks none. */
export function answersOf({ runs }: StudySummary): Answers | null {
  const [answer] = recommendStrategies(runs);
  if (answer === undefined) return null;
  const finished = runs.filter(({ task, status }) => task === "target" && status === "done");
  const [{ testImages, trainImages }] = finished;
  const strategies = answer.prospects.map(({ strategy, seconds }) => {
    const correct = finished
      .filter((run) => run.strategy === strategy)
      .map(({ id, evaluation }) => {
        if (evaluation?.correct === undefined) throw new Error(`${id}: expected the answers to its test images`);
        return evaluation.correct;
      });
    return { strategy, seconds, correct };
  });
  return { testImages, trainImages, strategies };
}

/** The advice of a study that has `shown` of its test images, drawn at random. */
export function adviceFrom({ testImages, trainImages, strategies }: Answers, shown: number, draw: number): Advice {
  const order = [...stream(draw, "shown-images").permutation(testImages)];
  const sharesOf = (correct: readonly string[], images: readonly number[]): Uint8Array[] =>
    correct.map((packed) => {
      const all = unpackAnswers(packed, testImages);
      return Uint8Array.from(images, (image) => all[image]);
    });
  const { recommendation } = verdict(
    strategies.map(({ strategy, seconds, correct }) => ({
      strategy,
      transfers: true,
      results: sharesOf(correct, order.slice(0, shown)).map((answers, seed) => ({
        seed,
        accuracy: meanOf(answers),
        correct: answers,
      })),
      trainImages,
      testImages: shown,
      seconds,
    })),
  );
  if (recommendation === null) throw new Error("expected a recommendation, got none");
  const { recommended, isSure, region, prospects } = recommendation;
  return {
    recommended,
    isSure,
    region,
    strategies: strategies.map(({ strategy, correct }) => ({
      strategy,
      probability: prospects.find((one) => one.strategy === strategy)?.probability ?? 0,
      accuracy: meanOf(sharesOf(correct, order.slice(shown)).map(meanOf)),
    })),
  };
}

function meanOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
