import { expect, test } from "vitest";
import { heatMapBytes } from "./heat-map-bytes.ts";

test("the coolest place is 0 and the hottest 255", () => {
  const { height, width, bytes } = heatMapBytes({ height: 1, width: 3, values: Float32Array.of(0.5, 1.5, 2.5) });
  expect([height, width, ...bytes]).toEqual([1, 3, 0, 128, 255]);
});

test("where no place is hotter than another all are 0", () => {
  const { bytes } = heatMapBytes({ height: 2, width: 1, values: Float32Array.of(0.2, 0.2) });
  expect([...bytes]).toEqual([0, 0]);
});

test("a fine map is averaged over squares, at its edge over what there is of them", () => {
  // 33 columns in squares of 3: the last holds columns 30 to 32; rows 0 to 2 and the one row that is left
  const values = Float32Array.from({ length: 4 * 33 }, (_, place) => (place % 33 >= 30 && place >= 99 ? 9 : 0));
  const { height, width, bytes } = heatMapBytes({ height: 4, width: 33, values });
  expect([height, width]).toEqual([2, 11]);
  expect([...bytes]).toEqual([...Array(21).fill(0), 255]);
});
