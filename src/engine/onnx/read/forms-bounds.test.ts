/** @file What a few bytes of a file could make large stays as it is, and is refused by its name. */

import { expect, test } from "vitest";
import { oneNodeModel } from "../../../../test/support/one-node.ts";
import { int64 } from "../../../core/index.ts";
import { decodeModel } from "./decode.ts";

test.each([
  {
    opType: "Col2Im",
    opset: 18,
    inputs: [[1, 1_000_000, 4], int64([2, 2]), int64([1000, 1000])],
    attributes: {},
  },
  { opType: "Col2Im", opset: 18, inputs: [[1, 4, 4], int64([2, 2]), int64([0, 2])], attributes: {} },
  {
    opType: "Attention",
    opset: 24,
    inputs: [
      [1, 1, 100_000, 4],
      [1, 1, 100_000, 4],
      [1, 1, 100_000, 4],
    ],
    attributes: { is_causal: 1 },
  },
])("$opType of operator set $opset", (node) => {
  expect(() => decodeModel(oneNodeModel(node), { simplify: true })).toThrow(
    `${node.opType} node "${node.opType}": expected an operator that Graft knows, got "${node.opType}".`,
  );
});
