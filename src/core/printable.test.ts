import { expect, test } from "vitest";
import { csvCell, printable, printableLines } from "./printable.ts";

test("control characters become escapes, and letters stay", () => {
  expect(printable("a\nb\u001B[31m\u202Ec")).toBe("a\\u{a}b\\u{1b}[31m\\u{202e}c");
  expect(printable("猫/Ä -x.jpg")).toBe("猫/Ä -x.jpg");
  expect(printable("می\u200Cخواهم")).toBe("می\u200Cخواهم");
});

test("what XML forbids becomes an escape", () => {
  expect(printable("a\u0001\uFFFF\uFFFE\uD800b")).toBe("a\\u{1}\\u{ffff}\\u{fffe}\\u{d800}b");
});

test("lines stay lines where they may", () => {
  expect(printableLines("a\tb\r\nc\u001B")).toBe("a\tb\r\nc\\u{1b}");
});

test.each([
  ["=1+1.png", "'=1+1.png"],
  ["@SUM(1)", "'@SUM(1)"],
  [" =1", "' =1"],
  ["+a,b", '"\'+a,b"'],
  ['say "ä"', '"say ""ä"""'],
  ["a\nb\u001B", '"a\nb\\u{1b}"'],
  ["\t=1", "'\t=1"],
  ["cat", "cat"],
  [-0.5, "-0.5"],
  [null, ""],
] as const)("the cell of %j is %j", (cell, text) => {
  expect(csvCell(cell)).toBe(text);
});
