import { describe, expect, test, vi } from "vitest";
import { type Evaluation, type MinimizeOptions, minimize, minimizeTogether } from "./lbfgs.ts";
import { dot, largest } from "./vectors.ts";

type Convex = (point: Float64Array) => Evaluation;

/** sum_i d_i (x_i - i)^2 / 2 with d from 1 to `condition`. */
function quadratic(length: number, condition: number): Convex & { curvatures: Float64Array } {
  const curvatures = Float64Array.from({ length }, (_, index) => condition ** (index / (length - 1)));
  const evaluate: Convex = (point) => {
    const gradient = curvatures.map((curvature, index) => curvature * (point[index] - index));
    return {
      gradient,
      value:
        dot(
          gradient,
          gradient.map((value, index) => value / curvatures[index]),
        ) / 2,
    };
  };
  return Object.assign(evaluate, { curvatures });
}

/** sqrt(1 + |x - 3|^2) for each number: steep far away, flat at the minimum, so that steps are too long at first. */
const bowl: Convex = (point) => {
  const heights = point.map((value) => Math.sqrt(1 + (value - 3) ** 2));
  return {
    value: heights.reduce((sum, height) => sum + height, 0),
    gradient: point.map((value, index) => (value - 3) / heights[index]),
  };
};

const plain: MinimizeOptions<Evaluation> = {
  preconditioner: () => (vector) => vector.slice(),
  isSettled: ({ at }) => largest(at.gradient) < 1e-9,
  noise: () => 0,
};

async function search(
  convex: Convex,
  start: readonly number[],
  options: Partial<MinimizeOptions<Evaluation>> = {},
): Promise<{ point: number[]; settled: boolean; iterations: number; evaluations: number }> {
  const evaluate = vi.fn<Convex>(convex);
  const [{ point, settled, iterations }] = await minimizeTogether(
    [minimize(Float64Array.from(start), { ...plain, ...options })],
    async ([only]) => [evaluate(only ?? new Float64Array())],
  );
  return { point: [...point], settled, iterations, evaluations: evaluate.mock.calls.length };
}

describe("minimize", () => {
  test("finds the minimum of an ill-conditioned quadratic", async () => {
    const { point, settled } = await search(
      quadratic(12, 1e4),
      Array.from({ length: 12 }, () => 0),
    );
    expect(settled).toBe(true);
    point.forEach((value, index) => expect(value).toBeCloseTo(index, 7));
  });

  test("takes one step where the preconditioner is the inverse of the second derivative", async () => {
    const convex = quadratic(12, 1e4);
    const { point, iterations, evaluations } = await search(
      convex,
      Array.from({ length: 12 }, () => 40),
      { preconditioner: () => (vector) => vector.map((value, index) => value / convex.curvatures[index]) },
    );
    expect([iterations, evaluations]).toEqual([1, 2]);
    point.forEach((value, index) => expect(value).toBeCloseTo(index, 9));
  });

  test("shortens steps that go too far", async () => {
    // the preconditioner takes the function for flatter than it is by far
    const { point, settled } = await search(bowl, [-40, 3.5, 900], {
      preconditioner: () => (vector) => vector.map((value) => 2000 * value),
    });
    expect(settled).toBe(true);
    point.forEach((value) => expect(value).toBeCloseTo(3, 8));
  });

  test("ends where values are rounded to a few digits, by slopes", async () => {
    const rounded: Convex = (point) => {
      const { value, gradient } = bowl(point);
      return { value: Math.round(value * 1e4) / 1e4, gradient };
    };
    const { point, settled } = await search(rounded, [-4, 20], { noise: () => 2e-4 });
    expect(settled).toBe(true);
    point.forEach((value) => expect(value).toBeCloseTo(3, 8));
  });

  test("makes its preconditioner anew on the way", async () => {
    const convex = quadratic(12, 1e4);
    // of no use at the start, and the inverse of the second derivative later on
    const preconditioner = vi
      .fn<MinimizeOptions<Evaluation>["preconditioner"]>()
      .mockImplementationOnce(() => (vector) => vector.slice())
      .mockImplementation(() => (vector) => vector.map((value, index) => value / convex.curvatures[index]));
    const start = Array.from({ length: 12 }, () => 40);
    const { settled, iterations } = await search(convex, start, { preconditioner });
    expect(settled).toBe(true);
    expect(preconditioner.mock.calls.length).toBe(1 + Math.floor(iterations / 10));
    expect(iterations).toBeLessThan((await search(convex, start)).iterations);
  });

  test("says that it did not get there", async () => {
    const convex = quadratic(12, 1e6);
    const start = Array.from({ length: 12 }, () => 0);
    expect(await search(convex, start, { maxIterations: 3 })).toMatchObject({ settled: false, iterations: 3 });
    // no point is good enough, and at the minimum no step is left
    const endless = await search(convex, start, { isSettled: () => false, maxIterations: 10_000 });
    expect(endless.settled).toBe(false);
    expect(endless.iterations).toBeLessThan(10_000);
  });

  test("is where it began if that is the minimum", async () => {
    const { evaluations, iterations } = await search(bowl, [3, 3]);
    expect([evaluations, iterations]).toEqual([1, 0]);
  });
});

describe("minimizeTogether", () => {
  test("gives every search the results that it has alone, in as many rounds as the longest takes", async () => {
    const starts = [[3], [50], [-2000]];
    const alone = await Promise.all(starts.map((start) => search(bowl, start)));
    let rounds = 0;
    const together = await minimizeTogether(
      starts.map((start) => minimize(Float64Array.from(start), plain)),
      async (points) => {
        rounds += 1;
        return points.map((point) => bowl(point ?? new Float64Array()));
      },
    );
    expect(together.map(({ point }) => [...point])).toEqual(alone.map(({ point }) => point));
    expect(rounds).toBe(Math.max(...alone.map(({ evaluations }) => evaluations)));
  });
});
