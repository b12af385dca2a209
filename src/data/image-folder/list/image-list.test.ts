/** @file Names of parts. */

import { expect, test } from "vitest";
import { partNamed } from "./image-list.ts";

test.each([
  ["seg_train", "train"],
  ["my photos train 2017 data", "train"],
  ["VALID", "validation"],
  ["test_set", "test"],
  ["trainer", undefined],
  ["data set", undefined],
])("%j is %s", (name, part) => {
  expect(partNamed(name)).toBe(part);
});

// one that reads them in every way would not end
test.each(["1".repeat(60), "1".repeat(5000), "dataset".repeat(9), "my_".repeat(2000)])("%j is soon none", (name) => {
  expect(partNamed(`${name}x`)).toBeUndefined();
});
