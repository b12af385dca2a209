import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test("control characters become escapes, and letters stay", () => {
  expect(printable("a\nb\u001B[31m\u202Ec")).toBe("a\\u{a}b\\u{1b}[31m\\u{202e}c");
  expect(printable("猫/Ä -x.jpg")).toBe("猫/Ä -x.jpg");
});
