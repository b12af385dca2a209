/** @file What stochastic gradient descent keeps, and what it refuses; its steps are in optimizer.test.ts. */

import { expect, test } from "vitest";
import { ConfigError } from "../../../core/index.ts";
import { sgd } from "./sgd.ts";

test("keeps a velocity only with momentum", () => {
  expect(sgd().slotNames).toEqual([]);
  expect(sgd({ momentum: 0.5 }).slotNames).toEqual(["velocity"]);
});

test.each([-0.1, 1, Number.NaN])("refuses momentum %d", (momentum) => {
  expect(() => sgd({ momentum })).toThrow(new ConfigError(`momentum: expected a number in [0, 1), got ${momentum}.`));
});

test("refuses Nesterov without momentum", () => {
  expect(() => sgd({ nesterov: true })).toThrow(
    new ConfigError("nesterov: expected a momentum above 0, got 0. Set momentum, for example 0.9."),
  );
});
