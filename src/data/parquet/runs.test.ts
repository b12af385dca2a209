import { expect, test } from "vitest";
import { readRuns } from "./runs.ts";

function read(
  bytes: readonly number[],
  options: { width: number; count: number },
): { values: number[]; offset: number } {
  const reader = { view: new DataView(Uint8Array.from(bytes).buffer), offset: 0 };
  return { values: [...readRuns(reader, options)], offset: reader.offset };
}

// 0 to 7 in 3 bits each are 88 C6 FA. Source: "Encodings" of Apache Parquet's format, on RLE and bit-packing
test.each<[string, number[], { width: number; count: number }, number[]]>([
  ["packed bits", [0x03, 0x88, 0xc6, 0xfa], { width: 3, count: 8 }, [0, 1, 2, 3, 4, 5, 6, 7]],
  ["fewer than are packed", [0x03, 0x88, 0xc6, 0xfa], { width: 3, count: 5 }, [0, 1, 2, 3, 4]],
  ["a run", [0x08, 0x05], { width: 3, count: 4 }, [5, 5, 5, 5]],
  ["runs and packed bits", [0x04, 0x01, 0x03, 0b0000_0101], { width: 1, count: 5 }, [1, 1, 1, 0, 1]],
  ["a run of more than there should be", [0xfe, 0xff, 0xff, 0xff, 0x0f, 0x01], { width: 1, count: 3 }, [1, 1, 1]],
  ["numbers of two bytes", [0x04, 0x34, 0x12], { width: 13, count: 2 }, [0x1234, 0x1234]],
  ["nothing", [], { width: 0, count: 3 }, [0, 0, 0]],
])("%s", (_, bytes, options, values) => {
  expect(read(bytes, options)).toEqual({ values, offset: bytes.length });
});

test("bytes that end too early or say nothing are refused", () => {
  expect(() => read([0x03, 0x88], { width: 3, count: 8 })).toThrow(RangeError);
  expect(() => read([0x00, 0x00], { width: 3, count: 8 })).toThrow("a run of nothing");
  expect(() => read([0x80, 0x80, 0x80, 0x80, 0x80, 0x80], { width: 3, count: 8 })).toThrow(
    "a number that does not end",
  );
  expect(() => read([0x02, 0x01], { width: 33, count: 1 })).toThrow("numbers of 33 bits");
});
