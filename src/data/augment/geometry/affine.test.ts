import { expect, test } from "vitest";
import { stream } from "../../../core/index.ts";
import { type Placement, drawPlacement, mapOf } from "./affine.ts";
import { warp } from "./warp.ts";

const still: Placement = { degrees: 0, right: 0, down: 0, scale: 1 };

/** The image [1, 3, 3] of 1 to 9 placed so. */
function placed(placement: Partial<Placement>): number[] {
  // 1 2 3
  // 4 5 6
  // 7 8 9
  const image = Uint8Array.from({ length: 9 }, (_, at) => at + 1);
  warp(image, [1, 3, 3], mapOf({ ...still, ...placement }, [1, 3, 3]));
  return [...image];
}

test("an image that is not moved stays to the byte", () => {
  expect(placed({})).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a shift to the right and up repeats the left and the lower edge", () => {
  expect(placed({ right: 1 })).toEqual([1, 1, 2, 4, 4, 5, 7, 7, 8]);
  expect(placed({ down: -1 })).toEqual([4, 5, 6, 7, 8, 9, 7, 8, 9]);
  expect(placed({ right: 50, down: 50 })).toEqual(Array(9).fill(1));
});

test("half a pixel is the mean of two, half a level the even one", () => {
  expect(placed({ right: 0.5 })).toEqual([1, 2, 2, 4, 4, 6, 7, 8, 8]);
});

test("a quarter turn goes counter-clockwise", () => {
  expect(placed({ degrees: 90 })).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
});

test("a large scale shows the middle, and a small one repeats the edge", () => {
  expect(placed({ scale: 1000 })).toEqual(Array(9).fill(5));
  expect(placed({ scale: 0.5, right: 1 })).toEqual([1, 1, 2, 4, 4, 5, 7, 7, 8]);
});

test("plain ground stays plain wherever a letter goes", () => {
  for (let trial = 0; trial < 200; trial++) {
    const image = new Uint8Array(3 * 16 * 16).fill(200);
    const shape = [3, 16, 16] as const;
    warp(
      image,
      shape,
      mapOf(drawPlacement(stream(1, trial), { rotation: 90, shift: 0.5, scale: [0.2, 3] }, shape), shape),
    );
    expect(new Set(image)).toEqual(new Set([200]));
  }
});

test("angles, shifts and factors are drawn evenly from their ranges, shifts by each side's length", () => {
  const drawn = Array.from({ length: 4000 }, (_, trial) =>
    drawPlacement(stream(2, "augment", trial), { rotation: 10, shift: 0.1, scale: [0.8, 1.1] }, [3, 20, 40]),
  );
  const ranges = { degrees: [-10, 10], right: [-4, 4], down: [-2, 2], scale: [0.8, 1.1] } as const;
  for (const [name, [from, to]] of Object.entries(ranges)) {
    const values = drawn.map((placement) => placement[name as keyof Placement]);
    expect(values.every((value) => value >= from && value <= to)).toBe(true);
    const lowest = values.filter((value) => value < from + (to - from) / 4).length;
    // five standard deviations of 4,000 chances of a quarter
    expect(Math.abs(lowest - 1000)).toBeLessThan(5 * Math.sqrt(4000 * 0.25 * 0.75));
  }
});
