/** @file What runs cost that stand alone. */

import { expect, test } from "vitest";
import type { RunRecord } from "../records/records.ts";
import { finishedRun } from "./finished-runs.fixture.ts";
import { costsOf } from "./run-costs.ts";

const heldOut = { testImages: 100 };

test("a run that found its features ready is charged what the one paid that computed them", () => {
  const first = finishedRun({ strategy: "nearest-mean", seed: 0, durationMs: 9000, featureDurationMs: 8000 });
  const ready = finishedRun({ strategy: "linear-probe", seed: 0, durationMs: 3000, featureDurationMs: 10 });
  const later = finishedRun({ strategy: "linear-probe", seed: 1, durationMs: 3000, featureDurationMs: 10 });
  const whole = finishedRun({ strategy: "full", seed: 0, durationMs: 20_000 });
  const costs = costsOf([first, ready, later, whole]);
  expect(costs.get(first.id)).toBe(9);
  expect(costs.get(ready.id)).toBeCloseTo(2.99 + 8, 10);
  expect(costs.get(later.id)).toBeCloseTo(2.99 + 8, 10);
  expect(costs.get(whole.id)).toBe(20);
});

test("features are charged by the image: the first run computed those of the largest budget", () => {
  const few = { ...heldOut, imagesPerClass: 5, trainImages: 10, strategy: "last-layer", seed: 0 };
  const many = { ...few, imagesPerClass: 450, trainImages: 900 };
  const first = finishedRun({ ...few, durationMs: 11_000, featureDurationMs: 10_000 });
  const ready = finishedRun({ ...many, durationMs: 3000, featureDurationMs: 0.1 });
  const costs = costsOf([first, ready]);
  // it spent 10 s on 900 and 100 images, so its own 110 take 1.1 s; never less than what was measured
  expect(costs.get(first.id)).toBe(11);
  expect(costs.get(ready.id)).toBeCloseTo(13, 3);
});

test("every view of the training images has features of its own", () => {
  const training = { augmentation: { flip: true, views: 4 } } as NonNullable<RunRecord["training"]>;
  const probe = { ...heldOut, strategy: "linear-probe", seed: 0, solves: "logistic" as const, trainImages: 100 };
  const first = finishedRun({ ...probe, durationMs: 2000, featureDurationMs: 2000 });
  const viewed = finishedRun({ ...heldOut, strategy: "last-layer", seed: 0, training, featureDurationMs: 1 });
  // 200 images in 2 s; 4 views of 100 and 100 held out
  expect(costsOf([first, viewed]).get(viewed.id)).toBeCloseTo(0.999 + 5, 10);
});

test("a run that starts from another on the target is charged both; a source, or what failed, costs nothing", () => {
  const source = finishedRun({ strategy: "source", seed: 0, task: "source", startsFrom: null, durationMs: 60_000 });
  const scratch = finishedRun({ strategy: "scratch", seed: 0, startsFrom: null, durationMs: 5000 });
  const again = finishedRun({ strategy: "B2B+", seed: 0, startsFrom: scratch.id, durationMs: 2000 });
  const full = finishedRun({ strategy: "full", seed: 0, startsFrom: source.id, durationMs: 4000 });
  const failed = finishedRun({ strategy: "l2-sp", seed: 0, status: "failed" });
  const costs = costsOf([source, scratch, again, full, failed]);
  expect([...costs]).toEqual([
    [scratch.id, 5],
    [again.id, 7],
    [full.id, 4],
  ]);
});
