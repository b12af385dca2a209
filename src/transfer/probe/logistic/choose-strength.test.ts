import { describe, expect, test } from "vitest";
import { stream } from "../../../core/index.ts";
import { drawnProblem, logitsOf, rowsIn, softmax, solved, valuesOf } from "../probe-data.fixture.ts";
import { standardizationOf, standardizeRows } from "../standardization.ts";
import { type StrengthChoice, chooseStrength } from "./choose-strength.ts";
import { leadingDirections } from "./directions.ts";
import { stratifiedFolds } from "./folds.ts";
import type { RegressionProblem } from "./logistic-regression.ts";

const session = { threads: 1 };
const [seed, width] = [5, 12];
const drawn = drawnProblem({ seed: 31, count: 90, width, numClasses: 3 });
/** With a feature for each class that is higher where it is the label. */
const problem = {
  ...drawn,
  rows: rowsIn(
    valuesOf(drawn.rows).map(
      (value, place) => value + (place % width === drawn.labels[Math.floor(place / width)] ? 1.5 : 0),
    ),
    width,
  ),
};

async function choiceFor(given: RegressionProblem): Promise<StrengthChoice | null> {
  const rows = standardizeRows(given.rows, standardizationOf(given.rows));
  const directions = await leadingDirections(rows, { seed, session });
  return chooseStrength({ ...given, rows }, { session, seed, directions, features: given.rows.shape[0] });
}

/** Losses and hits of every image, each by a classifier that was solved without its fold. */
async function heldOut(given: RegressionProblem, strength: number): Promise<{ loss: number; hit: boolean }[]> {
  const { labels, rows } = given;
  const values = valuesOf(rows);
  const folds = [...stratifiedFolds(labels, { folds: 5, random: stream(seed, "probe", "folds") })];
  const part = (kept: readonly number[]): typeof problem.rows =>
    rowsIn(
      kept.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)]),
      width,
    );
  const results: { loss: number; hit: boolean }[] = [];
  for (let fold = 0; fold < 5; fold++) {
    const [kept, out] = [true, false].map((wanted) =>
      [...folds.keys()].filter((row) => (folds[row] !== fold) === wanted),
    );
    const standardization = standardizationOf(part(kept));
    const { point } = await solved(
      { ...given, rows: standardizeRows(part(kept), standardization), labels: kept.map((row) => labels[row]) },
      strength,
    );
    const classifier = { weight: point.subarray(0, 3 * width), bias: point.subarray(3 * width) };
    for (const [place, logits] of logitsOf(standardizeRows(part(out), standardization), classifier).entries()) {
      const label = labels[out[place]];
      results[out[place]] = {
        loss: -Math.log(softmax(logits)[label]),
        hit: logits.indexOf(Math.max(...logits)) === label,
      };
    }
  }
  return results;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("chooseStrength", () => {
  test("measures every strength on images that neither the fit nor the standardization has seen", async () => {
    const choice = await choiceFor(problem);
    expect(choice?.trials.length).toBeGreaterThan(3);
    for (const { strength, logLoss } of choice?.trials ?? []) {
      const expected = mean((await heldOut(problem, strength)).map(({ loss }) => loss));
      // solutions are rough: within 2e-5 nats, about, of the least training loss
      expect(Math.abs(logLoss / expected - 1)).toBeLessThan(0.01);
    }
  });

  test("takes the strongest regularization that is within a standard error of the least loss", async () => {
    const choice = await choiceFor(problem);
    if (choice === null) throw new Error("expected a choice");
    const { trials, strength, crossValidated } = choice;
    const best = trials.reduce((least, trial) => (trial.logLoss < least.logLoss ? trial : least));
    const ofBest = await heldOut(problem, best.strength);
    const isWithin = async (tried: number): Promise<boolean> => {
      const differences = (await heldOut(problem, tried)).map(({ loss }, row) => loss - ofBest[row].loss);
      const average = mean(differences);
      const variance = differences.reduce((sum, value) => sum + (value - average) ** 2, 0) / 89;
      return average <= Math.sqrt(variance / 90);
    };
    const within = await Promise.all(trials.map((trial) => isWithin(trial.strength)));
    expect(strength).toBe(trials[within.indexOf(true)].strength);
    const ofChosen = await heldOut(problem, strength);
    expect(crossValidated.logLoss).toBeCloseTo(mean(ofChosen.map(({ loss }) => loss)), 2);
    expect(crossValidated.accuracy).toBeCloseTo(mean(ofChosen.map(({ hit }) => (hit ? 1 : 0))), 1);
  });

  test("strengths ascend by half decades from 0.1 / d, and end where the loss gets worse", async () => {
    const { trials } = (await choiceFor(problem)) ?? { trials: [] };
    trials.forEach(({ strength }, index) => expect((strength * width) / 10 ** (index / 2 - 1)).toBeCloseTo(1, 9));
    const least = Math.min(...trials.map(({ logLoss }) => logLoss));
    expect(trials.at(-1)?.logLoss).toBeGreaterThan(least);
  });

  test("counts held-out images by the weight of their class", async () => {
    const weighted = { ...problem, classWeights: [0.2, 1, 4] };
    const choice = await choiceFor(weighted);
    const [{ strength, logLoss }] = choice?.trials ?? [];
    const weights = problem.labels.map((label) => weighted.classWeights[label]);
    const losses = (await heldOut(weighted, strength)).map(({ loss }) => loss);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const expected = losses.reduce((sum, loss, row) => sum + weights[row] * loss, 0) / total;
    expect(Math.abs(logLoss / expected - 1)).toBeLessThan(0.01);
    expect(Math.abs(logLoss / mean(losses) - 1)).toBeGreaterThan(0.01);
  });

  test("regularizes as strongly as it can where features tell nothing", async () => {
    const noise = { ...problem, labels: problem.labels.map((_, row) => (row * 7) % 3) };
    const choice = await choiceFor(noise);
    expect((choice?.strength ?? 0) * width).toBeCloseTo(0.1, 9);
  });

  test("is not led by a few images that lie far off in features that are nearly constant", async () => {
    const spikes = 3;
    const noise = stream(17, "nearly constant");
    const values = valuesOf(problem.rows);
    const rows = rowsIn(
      problem.labels.flatMap((_, row) => [
        ...values.subarray(row * width, (row + 1) * width),
        // each is a spike in one image alone, which the fold that holds it out has never seen
        ...Array.from({ length: spikes }, (__, spike) => (row === 20 * spike ? 1 : 1e-4 * noise.normal())),
      ]),
      width + spikes,
    );
    const [plain, spiked] = [await choiceFor(problem), await choiceFor({ ...problem, rows })];
    expect(Math.min(...(spiked?.trials ?? []).map(({ logLoss }) => logLoss))).toBeGreaterThan(5);
    expect((spiked?.strength ?? 0) * (width + spikes)).toBeGreaterThan(0.9 * (plain?.strength ?? Infinity) * width);
  });

  test("holds out one fold of five where there are many numbers, and says so by its accuracy", async () => {
    const [count, wide] = [8000, 2001];
    const labels = Array.from({ length: count }, (_, row) => row % 8);
    const rows = {
      count,
      shape: [wide],
      read: (wanted: Uint32Array, into: Float32Array): void => {
        into.fill(0);
        for (const [place, row] of wanted.entries()) into[place * wide + (row % 8)] = row % 100 === 0 ? -3 : 3;
      },
    };
    const directions = { width: wide, vectors: [], spreads: [], rest: 1 };
    const ways = { session, seed, directions, features: 8 };
    const choice = await chooseStrength({ rows, labels, numClasses: 8 }, ways);
    // of 1600 images, not of 8000
    expect(((choice?.crossValidated.accuracy ?? 0) * 1600) % 1).toBeCloseTo(0, 6);
    expect(choice?.crossValidated.accuracy).toBeGreaterThan(0.95);
  });

  test("is null where every class has one image", async () => {
    expect(await choiceFor({ rows: rowsIn([1, 2, 3], 1), labels: [0, 1, 2], numClasses: 3 })).toBeNull();
  });

  test("gives the same bits every time", async () => {
    expect(await choiceFor(problem)).toEqual(await choiceFor(problem));
  });
});
