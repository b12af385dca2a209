/** @file The scalars of Adam and AdamW, and what they refuse; their steps are in optimizer.test.ts. */

import { expect, test } from "vitest";
import { ConfigError } from "../../../core/index.ts";
import { adam, adamW } from "./adam.ts";

test("the step's scalars hold the corrections of the means' start at 0", () => {
  const first = adamW({ beta1: 0.9, beta2: 0.99, weightDecay: 0.1 }).scalars(0, 0.5);
  expect(first.step_size).toBeCloseTo(0.5 / 0.1, 12);
  expect(first.inverse_correction).toBeCloseTo(1 / Math.sqrt(0.01), 12);
  expect(first.shrink).toBeCloseTo(1 - 0.5 * 0.1, 12);
  const late = adam().scalars(1e6, 0.5);
  expect(late.step_size).toBeCloseTo(0.5, 12);
  expect(late.inverse_correction).toBeCloseTo(1, 12);
});

test.each([adam, adamW])("%o refuses betas outside [0, 1) and an epsilon of 0", (optimizer) => {
  expect(() => optimizer({ beta1: 1 })).toThrow(new ConfigError("beta1: expected a number in [0, 1), got 1."));
  expect(() => optimizer({ beta2: -0.5 })).toThrow(new ConfigError("beta2: expected a number in [0, 1), got -0.5."));
  expect(() => optimizer({ epsilon: 0 })).toThrow(new ConfigError("epsilon: expected a number above 0, got 0."));
});
