import { expect, it } from "vitest";
import { usualPrior } from "./usual-standing.ts";

const head = { group: "heads", offset: -0.6, groupSpread: 0.7, ownSpread: 0.2 };
const tuned = { group: "tuned", offset: 0, groupSpread: 0, ownSpread: 0.1 };

it("has the usual differences at the accuracy that there is, in logits", () => {
  const prior = usualPrior([0.9, 0.7], [head, tuned]);
  const [a, b] = prior?.means ?? [];
  expect(b - a).toBeCloseTo(0.6 * 0.8 * 0.2, 12);
  expect((a + b) / 2).toBeCloseTo(0.8, 12);
  // never nothing, where all is right
  const [c, d] = usualPrior([1, 1], [head, tuned])?.means ?? [];
  expect(d - c).toBeCloseTo(0.6 * 0.99 * 0.01, 12);
});

it("lets strategies of a group rise and fall together, and one that nobody knows as it likes", () => {
  const { covariance } = usualPrior([0.5, 0.5, 0.5, 0.5], [head, head, tuned, undefined]) ?? { covariance: [] };
  const logit = 0.25 ** 2;
  const beyondLevel = covariance.map((row) => [...row].map((value) => (value - 1) / logit));
  const expected = [
    [0.49 + 0.04, 0.49, 0, 0],
    [0.49, 0.49 + 0.04, 0, 0],
    [0, 0, 0.01, 0],
    [0, 0, 0, 1],
  ];
  beyondLevel.forEach((row, at) => row.forEach((value, column) => expect(value).toBeCloseTo(expected[at][column], 9)));
});

it("is none where no strategy is known", () => {
  expect(usualPrior([0.5, 0.6], [undefined, undefined])).toBeNull();
});
