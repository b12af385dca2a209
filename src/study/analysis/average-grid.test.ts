import { describe, expect, test } from "vitest";
import { averageGrid, largestGrid } from "./average-grid.ts";

describe("largestGrid", () => {
  test.each([
    [[64, 8, 8], 256, 2],
    [[3, 32, 32], 256, 9],
    [[16, 8, 8], 256, 4],
    [[1, 4, 6], 256, 4],
    [[512, 4, 4], 256, 1],
  ])("of images %j with at most %i numbers is %i", (shape, most, grid) => {
    expect(largestGrid(shape, most)).toBe(grid);
  });
});

describe("averageGrid", () => {
  test("takes the mean of each cell, channel by channel", () => {
    const values = Float32Array.from({ length: 2 * 2 * 4 * 4 }, (_, index) => index);
    const means = averageGrid(values, { count: 2, imageShape: [2, 4, 4], grid: 2 });
    const first = [2.5, 4.5, 10.5, 12.5];
    expect([...means]).toEqual([0, 16, 32, 48].flatMap((start) => first.map((value) => start + value)));
  });

  test("lets cells overlap where the grid does not divide the image", () => {
    const means = averageGrid(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), { count: 1, imageShape: [1, 3, 3], grid: 2 });
    expect([...means]).toEqual([3, 4, 6, 7]);
  });

  test("of one cell is the mean of the image, of one a pixel the image itself", () => {
    const values = Float32Array.of(1, 2, 3, 6);
    expect([...averageGrid(values, { count: 1, imageShape: [1, 2, 2], grid: 1 })]).toEqual([3]);
    expect(averageGrid(values, { count: 1, imageShape: [1, 2, 2], grid: 2 })).toBe(values);
  });
});
