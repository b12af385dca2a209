/** @file Two studies against each other. */

import { expect, test } from "vitest";
import type { StudySummary } from "../records/records.ts";
import { compareStudies } from "./compare-studies.ts";
import { scoredRun } from "./finished-runs.fixture.ts";

type Compared = Parameters<typeof compareStudies>[0];

function studyOf(runs: StudySummary["runs"], { checksum = "same", testImages = 2000 } = {}): Compared {
  return {
    dataset: { name: "", title: "", classNames: [], checksum, provenance: "" },
    target: { classIds: [0, 1], classNames: [], trainImages: 1, validationImages: 0, testImages },
    runs,
  };
}

const fullOf = (accuracy: number, { trainImages = 100, luck = 0.05 } = {}) =>
  [0, 1].map((seed) => scoredRun({ strategy: "full", seed, trainImages }, { accuracy, luck }));
const scratch = scoredRun({ strategy: "scratch", seed: 0 }, { accuracy: 0.6 });

test("the same test images are compared one by one, second less first", () => {
  const [first, second] = [studyOf([scratch, ...fullOf(0.8)]), studyOf(fullOf(0.84))];
  const { paired, differences } = compareStudies(first, second);
  expect(paired).toBe(true);
  expect(differences.map(({ strategy, imagesPerClass }) => [strategy, imagesPerClass])).toEqual([["full", "all"]]);
  const [{ difference, ...means }] = differences;
  expect(means.second).toBeGreaterThan(means.first);
  expect(difference?.mean).toBeCloseTo(means.second - means.first, 10);
  expect(difference?.interval.low).toBeGreaterThan(0);
  const [{ difference: turned }] = compareStudies(second, first).differences;
  expect(turned?.mean).toBeCloseTo(-(difference?.mean ?? 0), 10);
  expect(turned?.interval.high).toBeCloseTo(-(difference?.interval.low ?? 0), 10);
});

test("other images are not held against each other, and the interval is wider", () => {
  const first = studyOf(fullOf(0.8));
  const widthOf = (second: Compared): number => {
    const [{ difference }] = compareStudies(first, second).differences;
    return (difference?.interval.high ?? 0) - (difference?.interval.low ?? 0);
  };
  const others = studyOf(fullOf(0.84), { checksum: "another" });
  expect(compareStudies(first, others).paired).toBe(false);
  expect(compareStudies(first, studyOf(fullOf(0.84), { testImages: 100 })).paired).toBe(false);
  expect(widthOf(others)).toBeGreaterThan(widthOf(studyOf(fullOf(0.84))));
  // each share is as unsure as 2,000 images of its own make it, however many seeds say the same
  const surely = (accuracy: number) => fullOf(accuracy, { trainImages: 1e8, luck: 0 });
  const [{ difference }] = compareStudies(
    studyOf(surely(0.8)),
    studyOf(surely(0.84), { checksum: "another" }),
  ).differences;
  const ofImages = 1.96 * Math.sqrt((0.8 * 0.2 + 0.84 * 0.16) / 2000);
  expect((difference?.mean ?? 0) - (difference?.interval.low ?? 0)).toBeGreaterThan(0.95 * ofImages);
});

test("what did not learn in one of them is shown, not compared", () => {
  const lost = fullOf(0.5).map((run) => ({ ...run, outcome: "did-not-learn" as const }));
  expect(compareStudies(studyOf(fullOf(0.8)), studyOf(lost)).differences).toMatchObject([
    { strategy: "full", difference: null },
  ]);
});

test("studies without a strategy in common are refused", () => {
  expect(() => compareStudies(studyOf([scratch]), studyOf(fullOf(0.8)))).toThrow(
    "compare: expected two studies with a strategy in common that both have finished with as many images of each class, got none. Choose others.",
  );
});
