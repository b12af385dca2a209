import { describe, expect, test } from "vitest";
import { nearestMean } from "./nearest-mean.ts";
import { drawnProblem, logitsOf, rowsIn, softmax, valuesOf } from "./probe-data.fixture.ts";

const problem = drawnProblem({ seed: 21, count: 60, width: 9, numClasses: 4 });

function meansOf({ rows, labels, numClasses }: typeof problem, leftOut = -1): number[][] {
  const [values, width] = [valuesOf(rows), rows.shape[0]];
  return Array.from({ length: numClasses }, (_, label) => {
    const own = labels.flatMap((other, row) => (other === label && row !== leftOut ? row : []));
    return Array.from(
      { length: width },
      (__, index) => own.reduce((sum, row) => sum + values[row * width + index], 0) / own.length,
    );
  });
}

function nearness(x: ArrayLike<number>, means: readonly number[][]): number[] {
  return means.map((mean) => -mean.reduce((sum, value, index) => sum + (x[index] - value) ** 2, 0) / 2);
}

describe("nearestMean", () => {
  test("its logits differ as halved squared distances from the means do, by one factor", () => {
    const { factor, ...classifier } = nearestMean(problem);
    const means = meansOf(problem);
    const values = valuesOf(problem.rows);
    expect(factor).toBeGreaterThan(0);
    for (const [row, logits] of logitsOf(problem.rows, classifier).entries()) {
      const scores = nearness(values.subarray(row * 9, (row + 1) * 9), means);
      for (let unit = 1; unit < 4; unit++) {
        expect(logits[unit] - logits[0]).toBeCloseTo(factor * (scores[unit] - scores[0]), 6);
      }
    }
  });

  test("the factor is the best for rows that are left out of their class's mean", () => {
    const { factor } = nearestMean(problem);
    const values = valuesOf(problem.rows);
    // as if one more image were evenly of every class
    const loss = (tried: number): number =>
      problem.labels.reduce((sum, label, row) => {
        const scores = nearness(values.subarray(row * 9, (row + 1) * 9), meansOf(problem, row));
        const logs = softmax(scores.map((score) => tried * score)).map(Math.log);
        return sum - (60 * logs[label] + logs.reduce((total, log) => total + log, 0) / 4) / 61;
      }, 0);
    const least = loss(factor);
    for (const other of [0.8, 0.98, 1.02, 1.2]) expect(loss(other * factor)).toBeGreaterThan(least);
  });

  test("is next to nothing where the rows' means tell nothing of rows left out, and never 0", () => {
    const rows = rowsIn([1, 1, 1, 1, 1, 1], 1);
    const { weight, bias, factor } = nearestMean({ rows, labels: [0, 1, 0, 1, 0, 1], numClasses: 2 });
    expect(factor).toBe(0.001);
    expect(weight[0]).toBe(weight[1]);
    expect(bias[0]).toBe(bias[1]);
  });

  test("the factor is 1 / d where every class has one row", () => {
    const rows = rowsIn([1, 0, 0, 2], 2);
    const { factor, weight, bias } = nearestMean({ rows, labels: [0, 1], numClasses: 2 });
    expect(factor).toBe(0.5);
    expect([Array.from(weight), Array.from(bias)]).toEqual([
      [0.5, 0, 0, 1],
      [-0.25, -1],
    ]);
  });

  test("does not count rows that are alone in their class, and answers with all classes", () => {
    const labels = problem.labels.map((label, row) => (row === 0 ? 5 : label));
    const { factor, weight, bias } = nearestMean({ rows: problem.rows, labels, numClasses: 7 });
    expect(factor).toBeGreaterThan(0);
    expect([weight.length, bias.length]).toEqual([63, 7]);
    const [own] = logitsOf(problem.rows, { weight, bias });
    expect(own.indexOf(Math.max(...own))).toBe(5);
  });
});
