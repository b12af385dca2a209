import { expect, test } from "vitest";
import { decodeNpy } from "./npy.ts";
import { isNpy, readNpyHeader } from "./npy-header.ts";
import { npyBytes, npzBytes } from "../../../test/support/npz-files.ts";

const dataError = (message: string): object => ({ name: "DataError", message });
const form = "labels: expected an array in NumPy's format (.npy, version 1 to 3), got";

test.each([
  ["{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }", { descr: "<i8", fortranOrder: false, shape: [3] }],
  ['{"shape":(2,3),"fortran_order":True,"descr":"|u1"}  \n', { descr: "|u1", fortranOrder: true, shape: [2, 3] }],
  ["{'descr': '>f4', 'fortran_order': False, 'shape': (7L, 2L)}", { descr: ">f4", fortranOrder: false, shape: [7, 2] }],
  ["{'descr': '|b1', 'fortran_order': False, 'shape': ()}", { descr: "|b1", fortranOrder: false, shape: [] }],
])("reads %s", (header, expected) => {
  for (const version of [1, 2, 3]) {
    const bytes = npyBytes({ header, version });
    expect(readNpyHeader(bytes, "labels")).toEqual({ ...expected, dataOffset: bytes.length });
  }
});

test("a .npy file is told by its first six bytes, all of them", () => {
  expect(isNpy(npyBytes({ version: 4 }))).toBe(true);
  const magic = npyBytes({}).subarray(0, 6);
  expect(isNpy(magic)).toBe(true);
  for (const at of magic.keys()) {
    expect(isNpy(magic.subarray(0, at))).toBe(false);
    expect(isNpy(magic.with(at, 0))).toBe(false);
  }
  expect(isNpy(npzBytes({ x: {} }))).toBe(false);
});

const unlike = "{'descr': '|u1', 'fortran_order': False}";

test.each([
  ["another beginning", Uint8Array.of(1, 2, 3), `${form} another beginning. Write it by np.savez.`],
  ["a later version", npyBytes({ version: 4 }), `${form} version 4. Write it by np.savez.`],
  ["an end in the header", npyBytes({}).subarray(0, 9), `${form} 9 bytes. Write it by np.savez.`],
  [
    "a header that ends too early",
    npyBytes({}).subarray(0, 40),
    `${form} 40 bytes, fewer than its header has. Write it by np.savez.`,
  ],
  [
    "a header that is far too long",
    npyBytes({ header: " ".repeat(10_001) }),
    `${form} a header of 10001 bytes. Write it by np.savez.`,
  ],
  [
    "an entry too few",
    npyBytes({ header: unlike }),
    `${form} the header ${JSON.stringify(unlike)}. Write it by np.savez.`,
  ],
  ["a call", npyBytes({ header: "__import__('os')" }), `${form} the header "__import__('os')". Write it by np.savez.`],
  [
    "nested brackets",
    npyBytes({ header: "{'shape': ((1,),)}" }),
    `${form} a header that is no dictionary of plain values. Write it by np.savez.`,
  ],
  [
    "records",
    npyBytes({ header: "{'descr': [('a', '<u1')], 'fortran_order': False, 'shape': (1,)}" }),
    "labels: expected plain elements, got records with fields. Save each field by itself.",
  ],
])("refuses %s", (_what, bytes, message) => {
  expect(() => readNpyHeader(bytes, "labels")).toThrow(expect.objectContaining(dataError(message)));
});

test("an array is as long as its header says", () => {
  const bytes = npyBytes({ descr: "<i4", shape: [2 ** 40, 1024], data: new Uint8Array(8) });
  const expected = bytes.length - 8 + 2 ** 52;
  expect(() => decodeNpy(bytes, "labels")).toThrow(
    expect.objectContaining(
      dataError(
        `labels: expected ${expected} bytes for [1099511627776, 1024] of int32, as its header says, ` +
          `got ${bytes.length}. Replace the file by a complete copy.`,
      ),
    ),
  );
  expect(() => decodeNpy(npyBytes({ descr: "u\n1" }), "labels")).toThrow(
    expect.objectContaining(dataError('labels: expected a plain dtype, got "u\\n1". Save it with another dtype.')),
  );
});
