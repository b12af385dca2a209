import { describe, expect, test } from "vitest";
import { testSession } from "../../../test/support/device.ts";
import { ConfigError, GraphError, float32 } from "../../core/index.ts";
import { type Network, networkParameters } from "../../engine/nn/index.ts";
import { createInferenceSession } from "../../engine/training/index.ts";
import type { FeatureRows } from "../feature-cache.ts";
import { kNearestHead } from "./k-nearest-head.ts";
import { type KNearest, chooseNeighbours } from "./k-nearest.ts";
import { drawnProblem, rowsIn, valuesOf } from "./probe-data.fixture.ts";
import { standardizationOf, standardizeRows } from "./standardization.ts";

const session = { threads: 1 };
const shape = { seed: 51, count: 70, width: 8, numClasses: 3 };
const { rows: features, labels, numClasses } = drawnProblem(shape);
const problem = { features, labels, numClasses, seed: 2 };

/** The probabilities of one row by the definition; `leftOut` is no reference. */
function probabilitiesOf(
  x: readonly number[],
  { references, leftOut = -1, neighbours, temperature }: Voting,
): number[] {
  const lengthOf = (row: readonly number[]): number => Math.hypot(...row);
  const cosine = (row: readonly number[]): number =>
    row.reduce((sum, value, index) => sum + value * x[index], 0) / (lengthOf(row) * lengthOf(x));
  const ranked = references
    .map((row, image) => ({ image, similarity: cosine(row) }))
    .filter(({ image }) => image !== leftOut)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, neighbours);
  const votes = Array.from({ length: numClasses }, () => 1 / numClasses);
  for (const { image, similarity } of ranked) {
    votes[labels[image]] += Math.exp((similarity - ranked[0].similarity) / temperature);
  }
  const total = votes.reduce((sum, vote) => sum + vote, 0);
  return votes.map((vote) => vote / total);
}

interface Voting {
  references: readonly number[][];
  leftOut?: number;
  neighbours: number;
  temperature: number;
}

function standardizedList(rows: FeatureRows): number[][] {
  const [values, width] = [valuesOf(standardizeRows(rows, standardizationOf(features))), rows.shape[0]];
  return Array.from({ length: rows.count }, (_, row) => [...values.subarray(row * width, (row + 1) * width)]);
}

/** The layer's logits for some rows. */
async function answersOf({ parameters }: Pick<KNearest, "parameters">, rows: FeatureRows): Promise<number[][]> {
  const [references, units] = parameters.answers.shape;
  const head = kNearestHead("head", { units, references });
  const network: Network = { name: "nearest", inputShape: rows.shape, layers: [head] };
  const named = Object.entries(parameters).map(([name, tensor]) => [`head.${name}`, tensor]);
  const inference = await createInferenceSession(
    { network, parameters: Object.fromEntries(named), input: { kind: "features" } },
    testSession,
  );
  const { output } = await inference.run({ input: float32(valuesOf(rows), [rows.count, ...rows.shape]) });
  await inference.close();
  return Array.from({ length: rows.count }, (_, row) => [
    ...(output.data as Float32Array).subarray(row * units, (row + 1) * units),
  ]);
}

/** The same references with another way of voting. */
function votingBy({ parameters }: KNearest, neighbours: number, temperature: number): Pick<KNearest, "parameters"> {
  const levels = parameters.neighbours.data.map((_, level) => (level === neighbours - 1 ? 1 : 0));
  return { parameters: { ...parameters, neighbours: float32(levels), temperature: float32([temperature]) } };
}

describe("chooseNeighbours", () => {
  test("tries every number of neighbours at every temperature, each image left out of the others", async () => {
    const { trials } = await chooseNeighbours(problem, { session });
    expect(trials.map(({ neighbours }) => neighbours)).toEqual([1, 3, 5, 10, 20].flatMap((k) => [k, k, k]));
    const references = standardizedList(features);
    for (const { neighbours, temperature, logLoss, accuracy } of trials) {
      const all = references.map((x, leftOut) => probabilitiesOf(x, { references, leftOut, neighbours, temperature }));
      const losses = all.map((row, image) => -Math.log(row[labels[image]]));
      expect(logLoss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 70, 4);
      const hits = all.filter((row, image) => row.indexOf(Math.max(...row)) === labels[image]).length;
      expect(accuracy).toBeCloseTo(hits / 70, 9);
    }
  });

  test("takes the least log-loss", async () => {
    const chosen = await chooseNeighbours(problem, { session });
    const least = Math.min(...chosen.trials.map(({ logLoss }) => logLoss));
    expect(chosen.crossValidated?.logLoss).toBe(least);
    expect(chosen.trials.find(({ logLoss }) => logLoss === least)).toMatchObject({
      neighbours: chosen.neighbours,
      temperature: chosen.temperature,
    });
  });

  test("tries no more neighbours than there are others", async () => {
    const few = { features: rowsIn([1, 2, 2, 1, 0, 5, 4, 4], 2), labels: [0, 0, 1, 1], numClasses: 2, seed: 1 };
    const { trials } = await chooseNeighbours(few, { session });
    expect([...new Set(trials.map(({ neighbours }) => neighbours))]).toEqual([1, 3]);
  });

  test("takes a single image for the neighbour of all", async () => {
    const one = { features: rowsIn([1, 2], 2), labels: [1], numClasses: 3, seed: 1 };
    const chosen = await chooseNeighbours(one, { session });
    expect(chosen).toMatchObject({ neighbours: 1, trials: [], crossValidated: null });
    const [[first, second, third]] = await answersOf(chosen, rowsIn([4, 5], 2));
    // one vote, and one image evenly of three classes
    expect([first, second, third].map(Math.exp)).toEqual([1 / 6, 4 / 6, 1 / 6].map((p) => expect.closeTo(p, 5)));
  });

  test("refuses no images", async () => {
    const none = { ...problem, features: { ...features, count: 0 } };
    await expect(chooseNeighbours(none, { session })).rejects.toThrow(
      new ConfigError("nearest neighbours: expected at least one image, got none."),
    );
  });
});

describe("kNearestHead", () => {
  const others = drawnProblem({ ...shape, seed: 52, count: 25 }).rows;

  test.each([
    { neighbours: 1, temperature: 0.1 },
    { neighbours: 3, temperature: 0.03 },
    { neighbours: 20, temperature: 0.3 },
  ])("answers with the votes of $neighbours at temperature $temperature", async (voting) => {
    const chosen = await chooseNeighbours(problem, { session });
    const answers = await answersOf(votingBy(chosen, voting.neighbours, voting.temperature), others);
    const references = standardizedList(features);
    for (const [row, x] of standardizedList(others).entries()) {
      const expected = probabilitiesOf(x, { references, ...voting });
      // cosines of float32, divided by the temperature
      answers[row].forEach((logit, unit) => expect(Math.exp(logit)).toBeCloseTo(expected[unit], 4));
    }
  });

  test("counts images that are equally near as one neighbour, as the choice does", async () => {
    const twice = rowsIn([4, 1, 4, 1, 1, 4, -4, -1, -1, -4, -4, -5], 2);
    const own = { features: twice, labels: [0, 1, 1, 0, 0, 0], numClasses: 2, seed: 1 };
    const chosen = await chooseNeighbours(own, { session });
    const [logits] = await answersOf(votingBy(chosen, 1, 0.1), rowsIn([4, 1], 2));
    // both of the images that are it vote, one for each class
    expect(logits.map(Math.exp)).toEqual([expect.closeTo(0.5, 5), expect.closeTo(0.5, 5)]);
  });

  test("answers as the choice was made", async () => {
    const chosen = await chooseNeighbours(problem, { session });
    const { neighbours, temperature } = chosen;
    const references = standardizedList(features);
    for (const [row, logits] of (await answersOf(chosen, others)).entries()) {
      const expected = probabilitiesOf(standardizedList(others)[row], { references, neighbours, temperature });
      logits.forEach((logit, unit) => expect(Math.exp(logit)).toBeCloseTo(expected[unit], 4));
    }
  });

  test("lets all images vote where there are no more than neighbours", async () => {
    const few = { features: rowsIn([1, 2, 2, 1, 0, 5, 4, 4], 2), labels: [0, 0, 1, 1], numClasses: 2, seed: 1 };
    const chosen = await chooseNeighbours(few, { session });
    const [logits] = await answersOf(votingBy(chosen, 4, 1e6), rowsIn([3, 3], 2));
    // four votes of 1, and one image evenly of both classes
    expect(logits.map(Math.exp)).toEqual([expect.closeTo(0.5, 4), expect.closeTo(0.5, 4)]);
    const [nearest] = await answersOf(votingBy(chosen, 3, 1e6), rowsIn([3, 3], 2));
    expect(nearest.map(Math.exp).sort()).toEqual([1.5 / 4, 2.5 / 4].map((p) => expect.closeTo(p, 4)));
  });

  test("gives finite numbers for an image at the mean", async () => {
    const chosen = await chooseNeighbours(problem, { session });
    const [logits] = await answersOf(chosen, rowsIn(chosen.parameters.mean.data, 8));
    expect(logits.every((logit) => Number.isFinite(logit))).toBe(true);
  });

  test("has nothing that trains", () => {
    const head = kNearestHead("head", { units: 2, references: 10 });
    const network: Network = { name: "nearest", inputShape: [4], layers: [head] };
    expect(networkParameters(network).map(({ name, shape: own, role }) => [name, own, role])).toEqual([
      ["head.references", [10, 4], "statistic"],
      ["head.answers", [10, 2], "statistic"],
      ["head.mean", [4], "statistic"],
      ["head.scale", [4], "statistic"],
      ["head.neighbours", [10], "statistic"],
      ["head.temperature", [1], "statistic"],
    ]);
    expect(head.description).toBe("nearest of 10 images, 2");
  });

  test("refuses images as features", () => {
    const head = kNearestHead("head", { units: 2, references: 10 });
    expect(() => head.outputShape([3, 4, 4])).toThrow(
      new GraphError("head: expected a flat input [F], got [3, 4, 4]. Put a flatten layer before it."),
    );
  });
});
