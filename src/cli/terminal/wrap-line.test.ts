/** @file Lines that a terminal need not break within a word. */

import { expect, test } from "vitest";
import { wrapLine } from "./wrap-line.ts";

test.each([
  { what: "breaks between words, one that ends at the edge too", line: "one two three", lines: ["one two", "three"] },
  { what: "goes on under its indentation", line: "  one two", lines: ["  one", "  two"] },
  { what: "goes on under its last column", line: "a  one two", lines: ["a  one", "   two"] },
  { what: "whose last column is far right goes on under its beginning", line: "a a a  b", lines: ["a a a", "b"] },
  { what: "breaks a word that is wider than all", line: "wonderful", lines: ["wonderf", "ul"] },
  { what: "that fits stays as it is", line: "a  b c ", lines: ["a  b c"] },
  { what: "is one of several", line: "one\n\ntwo three", lines: ["one", "", "two", "three"] },
])("in 7 columns a line $what", ({ line, lines }) => {
  expect(wrapLine(line, 7).split("\n")).toEqual(lines);
});

test("where no width is known nothing is broken", () => {
  expect(wrapLine("one  two\nthree", undefined)).toBe("one  two\nthree");
});
