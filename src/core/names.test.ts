/** @file Looking names up, and what is offered for a wrong one. */

import { expect, test } from "vitest";
import { ConfigError } from "./errors.ts";
import { lookUp, nearestName, unknownName } from "./names.ts";

const table = { scratch: 1, finetune: 2, probe: 3 };

test("a name of the table gives its entry", () => {
  expect(lookUp(table, "probe", "strategy")).toBe(3);
});

test("a slip of the hand is answered with the valid names and the nearest", () => {
  expect(() => lookUp(table, "finetun", "strategy")).toThrow(
    new ConfigError('strategy: expected one of scratch, finetune, probe, got "finetun". Did you mean "finetune"?'),
  );
});

test("a name like no other is answered with the valid names alone", () => {
  expect(unknownName("completely different", Object.keys(table), "strategy").message).toBe(
    'strategy: expected one of scratch, finetune, probe, got "completely different".',
  );
});

test("what every object has is no name of the table", () => {
  expect(() => lookUp(table, "toString", "strategy")).toThrow(ConfigError);
});

test("the nearest name does not mind case, and there is none where nothing is near", () => {
  expect(nearestName("PROBE", Object.keys(table))).toBe("probe");
  expect(nearestName("xyz", Object.keys(table))).toBeUndefined();
  expect(nearestName("probe", [])).toBeUndefined();
});
