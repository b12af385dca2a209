/** @file How stochastic gradient descent describes itself, and what it refuses; its steps are in optimizer.test.ts. */

import { expect, test } from "vitest";
import { ConfigError } from "../../../core/index.ts";
import { sgd } from "./sgd.ts";

test("reads as a person would write it", () => {
  expect(sgd().description).toBe("SGD");
  expect(sgd({ momentum: 0.9, weightDecay: 5e-4 }).description).toBe("SGD, momentum 0.9, L2 0.0005");
  expect(sgd({ momentum: 0.9, nesterov: true }).description).toBe("SGD, Nesterov momentum 0.9");
});

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
