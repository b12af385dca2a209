/** @file What a study's strategies answered, and what it says to do when it knows some of its test images alone. */

import { stream } from "../../src/core/index.ts";
import { type Recommendation, mean, unpackAnswers, verdict } from "../../src/statistics/index.ts";
import { type StudySummary, recommendStrategies, usualStandingOf } from "../../src/study/index.ts";
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

/** What a study says to do that has these of its test images, all of them where none are named, and may know what is usual. */
export function recommendationFrom(
  { testImages, trainImages, strategies }: Answers,
  {
    images = [...Array(testImages).keys()],
    knowsUsual = true,
  }: { images?: readonly number[]; knowsUsual?: boolean } = {},
): Recommendation {
  const { recommendation } = verdict(
    strategies.map(({ strategy, seconds, correct }) => ({
      strategy,
      transfers: true,
      results: correct.map((packed, seed) => {
        const answers = answersTo(images, { packed, testImages });
        return { seed, accuracy: mean([...answers]), correct: answers };
      }),
      trainImages,
      testImages: images.length,
      seconds,
      usual: knowsUsual ? usualStandingOf(strategy) : undefined,
    })),
  );
  if (recommendation === null) throw new Error("expected a recommendation, got none");
  return recommendation;
}

/** Some of a study's test images, drawn at random, and whether what is usual counts. */
export interface Shown {
  readonly shown: number;
  readonly knowsUsual: boolean;
}

/** The advice of a study that has `shown` of its test images. */
export function adviceFrom(answers: Answers, { shown, knowsUsual }: Shown, draw: number): Advice {
  const { testImages, strategies } = answers;
  const order = [...stream(draw, "shown-images").permutation(testImages)];
  const { recommended, isSure, region, prospects } = recommendationFrom(answers, {
    images: order.slice(0, shown),
    knowsUsual,
  });
  const held = order.slice(shown);
  return {
    recommended,
    isSure,
    region,
    strategies: strategies.map(({ strategy, correct }) => ({
      strategy,
      probability: prospects.find((one) => one.strategy === strategy)?.probability ?? 0,
      accuracy: mean(correct.map((packed) => mean([...answersTo(held, { packed, testImages })]))),
    })),
  };
}

function answersTo(
  images: readonly number[],
  { packed, testImages }: { packed: string; testImages: number },
): Uint8Array {
  const all = unpackAnswers(packed, testImages);
  return Uint8Array.from(images, (image) => all[image]);
}
