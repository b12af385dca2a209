import { expect, test } from "vitest";
import { textWidth } from "../../font/typeface.ts";
import { wrapText } from "./wrap-text.ts";

test("a percent sign stays with its number", () => {
  const width = textWidth("M3 · Last layer only: 71.8", 12, "bold");
  expect(wrapText("M3 · Last layer only: 71.8 %", width, { fontSize: 12, weight: "bold" })).toEqual([
    "M3 · Last layer only:",
    "71.8 %",
  ]);
});
