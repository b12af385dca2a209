/** @file Every operator is in one of the three states: a rule, not differentiable, or deliberately neither. */

import { expect, test } from "vitest";
import { standardOperators } from "../../onnx/index.ts";
import { gradientRules, notDifferentiable } from "./table.ts";

/** Operators that Graft builds and runs, and refuses to differentiate. */
const deliberatelyWithoutRule: readonly string[] = [];

test("every standard operator has a rule, is not differentiable, or is deliberately without rule", () => {
  const states = Object.keys(standardOperators).map((opType) => ({
    opType,
    states: [
      gradientRules[opType] !== undefined,
      notDifferentiable.has(opType),
      deliberatelyWithoutRule.includes(opType),
    ],
  }));
  expect(states.filter(({ states: [...flags] }) => flags.filter(Boolean).length !== 1)).toEqual([]);
});

test("no rule is for an operator that cannot be built", () => {
  const known = Object.keys(standardOperators);
  const named = [...Object.keys(gradientRules), ...notDifferentiable, ...deliberatelyWithoutRule];
  expect(named.filter((opType) => !known.includes(opType))).toEqual([]);
});
