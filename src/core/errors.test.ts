/** @file Which errors are meant for the user. */

import { expect, test } from "vitest";
import { ConfigError, DataError, GraphError, TrainingError, isUserError } from "./errors.ts";

test("the four classes are the user's, and everything else is ours", () => {
  const mine = [new ConfigError("a"), new DataError("b"), new GraphError("c"), new TrainingError("d")];
  expect(mine.map((error) => isUserError(error))).toEqual([true, true, true, true]);
  expect(mine.map((error) => error.name)).toEqual(["ConfigError", "DataError", "GraphError", "TrainingError"]);
  expect([new Error("internal: e"), "ConfigError", null].map((error) => isUserError(error))).toEqual([
    false,
    false,
    false,
  ]);
});

test("a DataError says where and why", () => {
  const cause = new Error("read failed");
  const error = new DataError("train.bin: expected more.", { location: { path: "train.bin", offset: 8 }, cause });
  expect(error.location).toEqual({ path: "train.bin", offset: 8 });
  expect(error.cause).toBe(cause);
});
