/** @file Values of options, right and wrong. */

import { expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import {
  parseBudgets,
  parseClassWeights,
  parseList,
  parsePositive,
  parseSeeds,
  parseShare,
  parseTime,
  parseWhole,
} from "./parse-values.ts";

test("whole numbers are digits within their bounds", () => {
  expect(parseWhole("20", "--epochs", { min: 1 })).toBe(20);
  expect(parseWhole("3", "--epochs", { min: 1, max: 3 })).toBe(3);
});

test.each(["", " 3", "3.0", "1e3", "0x10", "-1", "0", "4", "99999999999999999999"])("%j is none of them", (text) => {
  expect(() => parseWhole(text, "--epochs", { min: 1, max: 3 })).toThrow(
    new ConfigError(`--epochs: expected a whole number from 1 to 3, got "${text}". Try --epochs 2.`),
  );
});

test("a bound above the usual example is the example", () => {
  expect(() => parseWhole("1", "--size", { min: 8 })).toThrow(
    new ConfigError('--size: expected a whole number from 8, got "1". Try --size 8.'),
  );
});

test("numbers above 0 may have an exponent, and nothing else beside digits and a point", () => {
  expect(["0.01", "1e-6", "1", ".5", "2E+2"].map((text) => parsePositive(text, "--to"))).toEqual([
    0.01, 1e-6, 1, 0.5, 200,
  ]);
  for (const text of ["0", "-1", "1e999", "x", "", "0x1", "1 ", "1.2.3"]) {
    expect(() => parsePositive(text, "--to")).toThrow(
      new ConfigError(`--to: expected a number above 0, got "${text}". Try --to 0.01.`),
    );
  }
});

test("lists are words between commas, spaces around them left out", () => {
  expect(parseList("airplane, 7", "--target", "classes")).toEqual(["airplane", "7"]);
  expect(() => parseList(" ", "--target", "classes")).toThrow(
    new ConfigError("--target: expected classes separated by commas, got nothing. Leave no place empty."),
  );
});

test("seeds are a number of them, a list or Graft's to add", () => {
  expect(parseSeeds("3", "--seeds")).toBe(3);
  expect(parseSeeds("4,0", "--seeds")).toEqual([4, 0]);
  expect(parseSeeds("auto", "--seeds")).toBe("auto");
  expect(() => parseSeeds("auto5", "--seeds")).toThrow(
    new ConfigError(
      '--seeds: expected how many seeds, a list of them such as 4,7, or auto, got "auto5". Try --seeds 3.',
    ),
  );
  expect(() => parseSeeds("4,-1", "--seeds")).toThrow(
    new ConfigError('--seeds: expected a whole number from 0, got "-1". Try --seeds 2.'),
  );
});

test("a share is below 1", () => {
  expect(["0", "0.1", ".25"].map((text) => parseShare(text, "--validation"))).toEqual([0, 0.1, 0.25]);
  for (const text of ["1", "-0.1", "10%", ""]) {
    expect(() => parseShare(text, "--validation")).toThrow(
      new ConfigError(`--validation: expected a share from 0 to below 1, got "${text}". Try --validation 0.1.`),
    );
  }
});

test("class weights have a name each, or one for all", () => {
  expect(parseClassWeights("balanced", "--class-weights")).toBe("balanced");
  expect(parseClassWeights("cat=2,dog=.5", "--class-weights")).toEqual({ cat: 2, dog: 0.5 });
  expect(() => parseClassWeights("cat", "--class-weights")).toThrow(
    '--class-weights: expected none, balanced, or weights such as cat=2,dog=1, got "cat". Try --class-weights balanced.',
  );
});

test("times have a unit", () => {
  expect(parseTime("10m", "--time")).toBe("10m");
  expect(() => parseTime("10", "--time")).toThrow(
    new ConfigError('--time: expected a time such as 90s, 10m or 1h, got "10". Try --time 10m.'),
  );
});

test("images per class are a number, all, or a list of these", () => {
  expect(parseBudgets("all", "--images-per-class")).toBe("all");
  expect(parseBudgets("50", "--images-per-class")).toBe(50);
  expect(parseBudgets("5, 10,all", "--images-per-class")).toEqual([5, 10, "all"]);
  expect(() => parseBudgets("5,10,5", "--images-per-class")).toThrow(
    new ConfigError("--images-per-class: expected every number once, got 5 twice. Leave one of them out."),
  );
  expect(() => parseBudgets("0", "--images-per-class")).toThrow(
    new ConfigError(
      '--images-per-class: expected a whole number from 1 or "all", got "0". Try --images-per-class 100.',
    ),
  );
});
