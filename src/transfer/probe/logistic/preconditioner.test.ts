import { expect, test } from "vitest";
import { hashSymmetric } from "../../../../test/golden/hash-data.ts";
import { drawnProblem } from "../probe-data.fixture.ts";
import { standardizationOf, standardizeRows } from "../standardization.ts";
import { leadingDirections } from "./directions.ts";
import { createLogisticLoss } from "./logistic-loss.ts";
import { preconditionerAt } from "./preconditioner.ts";
import { dot } from "./vectors.ts";

const session = { threads: 1 };
const [numClasses, width, factor] = [4, 7, 0.3];
const drawn = drawnProblem({ seed: 8, count: 50, width, numClasses });
const problem = { ...drawn, rows: standardizeRows(drawn.rows, standardizationOf(drawn.rows)) };
const length = numClasses * (width + 1);

/** The bias's numbers moved by one number for all of them, which changes no probability, so that they sum to 0. */
function centered(point: Float64Array): Float64Array {
  const mean = point.subarray(numClasses * width).reduce((sum, value) => sum + value, 0) / numClasses;
  return point.map((value, place) => (place < numClasses * width ? value : value - mean));
}

test("it undoes the second derivative where all rows have the same probabilities", async () => {
  const loss = await createLogisticLoss({ ...problem, rowWeights: [new Float32Array(50).fill(1)] }, session);
  const start = new Float64Array(length);
  start.set([0.5, -1, 0.25, 0.25], numClasses * width);
  const vector = centered(Float64Array.from(hashSymmetric(9, length, 1)));
  // second derivatives as differences of gradients, which float32 rounds by 1e-5 or so
  const step = 1e-3;
  const [above] = await loss.evaluate([start.map((value, place) => value + step * vector[place])]);
  const [below] = await loss.evaluate([start.map((value, place) => value - step * vector[place])]);
  const changed = vector.map((value, place) => {
    const ofLoss = (factor * (above.gradient[place] - below.gradient[place])) / (2 * step);
    return ofLoss + (place < numClasses * width ? value : 0);
  });
  const [at] = await loss.evaluate([start]);
  await loss.close();
  const directions = await leadingDirections(problem.rows, { seed: 1, session });
  const undone = centered(preconditionerAt(at, { directions, factor, least: 1e-3 })(changed));
  undone.forEach((value, place) => expect(Math.abs(value - vector[place])).toBeLessThan(0.01));
});

test.each([
  { what: "with the classes' couplings", products: Float64Array.from({ length: 16 }, (_, k) => (k % 5) / 50) },
  { what: "without them", products: null },
])("it is symmetric and positive: $what", async ({ products }) => {
  const directions = await leadingDirections(problem.rows, { seed: 1, session });
  const coupled = products?.map((value, place) => (value + products[(place % 4) * 4 + Math.floor(place / 4)]) / 2);
  const curvature = Float64Array.from([3, 0.4, 0, 1]);
  const precondition = preconditionerAt({ curvature, products: coupled ?? null }, { directions, factor, least: 0.01 });
  const a = Float64Array.from(hashSymmetric(1, length, 1));
  const b = Float64Array.from(hashSymmetric(2, length, 1));
  expect(dot(a, precondition(b))).toBeCloseTo(dot(b, precondition(a)), 9);
  for (const vector of [a, b]) expect(dot(vector, precondition(vector))).toBeGreaterThan(0);
});
