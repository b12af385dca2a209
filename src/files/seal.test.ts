import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DataError } from "../core/index.ts";
import { blankSeal, checkSeal, requireSeal, seal } from "./seal.ts";

const sealed = (before: string, after: string): Uint8Array => seal(Buffer.from(`${before}${blankSeal}${after}`));

test("what was sealed is whole, wherever the seal lies", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      expect(checkSeal(sealed(before, after))).toBe("whole");
    }),
    { seed: 1 },
  );
});

test("no bit of it can change unnoticed, and no end can be missing", () => {
  const bytes = sealed("weights: 1, 2, 3; ", "; more");
  const isWhole = (changed: Uint8Array): boolean => checkSeal(changed) === "whole";
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const changed = Uint8Array.from(bytes);
    changed[bit >> 3] ^= 1 << (bit & 7);
    expect(isWhole(changed), `bit ${bit}`).toBe(false);
  }
  for (let length = 0; length < bytes.length; length++) expect(isWhole(bytes.subarray(0, length))).toBe(false);
});

test("the last blank is the seal, and another text of its form is content", () => {
  expect(checkSeal(sealed(`${blankSeal} is a name; `, ""))).toBe("whole");
});

test("files that were never sealed are left alone, broken ones are refused by name", () => {
  expect(checkSeal(Buffer.from("of an earlier version"))).toBe("none");
  expect(() => requireSeal(Buffer.from("of an earlier version"), "a.onnx")).not.toThrow();
  const bytes = sealed("a", "b");
  expect(() => requireSeal(bytes, "a.onnx")).not.toThrow();
  bytes[0] ^= 1;
  expect(() => requireSeal(bytes, "a.onnx")).toThrow(
    new DataError(
      "a.onnx: expected the bytes that Graft wrote, got others: its checksum differs. " +
        "Restore the file from where it was copied or made.",
      { location: { path: "a.onnx" } },
    ),
  );
});
