import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hash32, hashSymmetric } from "../../../../test/golden/hash-data.ts";
import { ConfigError } from "../../../core/index.ts";
import { type ProblemShape, drawnProblem, logitsOf, rowsIn, softmax, solved } from "../probe-data.fixture.ts";

interface GoldenProbes {
  problems: (ProblemShape & {
    name: string;
    classWeights?: number[];
    solutions: { strength: number; coefficients: number[]; intercept: number[]; probabilities: number[] }[];
  })[];
}

const path = new URL("../../../../test/golden/probe.json", import.meta.url);
/** Solutions of scikit-learn's, by make_probe.py. */
const golden: GoldenProbes = JSON.parse(readFileSync(path, "utf8"));

const cases = golden.problems.flatMap((problem) =>
  problem.solutions.map((solution) => ({ ...solution, problem, name: problem.name })),
);

describe("fitLogisticRegression", () => {
  test.each(cases)("is scikit-learn's: $name, strength $strength", async (solution) => {
    const { problem, strength } = solution;
    const { numClasses, width, classWeights } = problem;
    const data = goldenData(problem);
    const { point, converged } = await solved({ ...data, classWeights }, strength);
    expect(converged).toBe(true);
    const classifier = {
      weight: point.subarray(0, numClasses * width),
      bias: point.subarray(numClasses * width),
    };
    const { coefficients, intercept } = asScikitLearn(classifier, width);
    // of the largest number: where searches end, and float32 sums; of 24 cases 23 are within 2e-4
    const tolerance = 5e-4 * Math.max(...solution.coefficients.map(Math.abs), ...solution.intercept.map(Math.abs));
    expect(coefficients).toHaveLength(solution.coefficients.length);
    solution.coefficients.forEach((value, place) =>
      expect(Math.abs(coefficients[place] - value)).toBeLessThan(tolerance),
    );
    solution.intercept.forEach((value, place) => expect(Math.abs(intercept[place] - value)).toBeLessThan(tolerance));
    const probabilities = logitsOf(data.rows, classifier).flatMap(softmax);
    solution.probabilities.forEach((value, place) => expect(probabilities[place]).toBeCloseTo(value, 3));
  });

  test("gives the same bits every time", async () => {
    const data = drawnProblem({ seed: 4, count: 30, width: 40, numClasses: 5 });
    const [first, second] = [await solved(data, 1), await solved(data, 1)];
    expect(second.point).toEqual(first.point);
  });

  test("solves more classes than it looks at pairs of", async () => {
    const data = drawnProblem({ seed: 6, count: 400, width: 6, numClasses: 130 });
    const labels = data.labels.map((label, row) => (row < 130 ? row : label));
    const { converged, point, of } = await solved({ ...data, labels }, 1);
    expect(converged).toBe(true);
    expect(of.products).toBeNull();
    // at the minimum the penalty's gradient is the loss's
    for (let place = 0; place < 130 * 6; place++) expect(of.gradient[place] + point[place]).toBeCloseTo(0, 3);
  });

  test.each([
    { classWeights: [1, 2, 3], text: "class weights: expected 2 numbers above 0, got [1, 2, 3]." },
    { classWeights: [1, 0], text: "class weights: expected 2 numbers above 0, got [1, 0]." },
  ])("refuses the class weights $classWeights", async ({ classWeights, text }) => {
    const data = drawnProblem({ seed: 1, count: 8, width: 2, numClasses: 2 });
    await expect(solved({ ...data, classWeights }, 1)).rejects.toThrow(
      new ConfigError(`${text} Give one for each class.`),
    );
  });
});

/** Of two classes scikit-learn has the second one's numbers less the first one's; of more, intercepts that sum to 0. */
function asScikitLearn(
  { weight, bias }: { weight: Float64Array; bias: Float64Array },
  width: number,
): { coefficients: number[]; intercept: number[] } {
  if (bias.length === 2) {
    const coefficients = Array.from({ length: width }, (_, index) => weight[width + index] - weight[index]);
    return { coefficients, intercept: [bias[1] - bias[0]] };
  }
  const mean = bias.reduce((sum, value) => sum + value, 0) / bias.length;
  return { coefficients: [...weight], intercept: Array.from(bias, (value) => value - mean) };
}

/** The twin of make_probe.py's data: noise, and half of the class's own numbers. */
function goldenData({ seed, count, width, numClasses }: ProblemShape): ReturnType<typeof drawnProblem> {
  const labels = Array.from({ length: count }, (_, row) => hash32(seed, row) % numClasses);
  const noise = hashSymmetric(seed + 1000, count * width, 1.75);
  const own = hashSymmetric(seed + 2000, numClasses * width, 1);
  const values = noise.map(
    (value, place) => value + 0.5 * own[labels[Math.floor(place / width)] * width + (place % width)],
  );
  return { rows: rowsIn(values, width), labels, numClasses };
}
