import * as fc from "fast-check";
import { crc32 } from "node:zlib";
import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { damaged, damages, hostileBytes, readOrRefused } from "../../../test/support/damage.ts";
import { readNpyHeader } from "./npy-header.ts";
import { integersOf, stringsOf } from "../arrays/data-array.ts";
import { decodeNpy } from "./npy.ts";
import { npyBytes, npzBytes } from "../../../test/support/npz-files.ts";
import { decodeNpz } from "./decode-npz.ts";
import { MOST_PER_PACKED_BYTE } from "./zip-members.ts";

/** More where there is time: a number in GRAFT_FUZZ_RUNS. */
const numRuns = Number(process.env["GRAFT_FUZZ_RUNS"] ?? 10_000);

const arrays = {
  images: npyBytes({ descr: "|u1", shape: [4, 2, 3], data: Uint8Array.from({ length: 24 }, (_, at) => at) }),
  labels: npyBytes({ descr: "<i2", shape: [4], data: Uint8Array.of(0, 0, 1, 0, 1, 0, 0, 0) }),
  class_names: npyBytes({ descr: "<U3", shape: [2], data: utf32("antbee"), version: 3 }),
};
const split = { testShare: 0.2, seed: 0 };

function utf32(text: string): Uint8Array {
  return new Uint8Array(Uint32Array.from(text, (character) => character.codePointAt(0) ?? 0).buffer);
}

test("a header of any words is read as what it says, or refused", () => {
  const word = fc.constantFrom(
    ..."{ } ( ) [ ] : , 'descr' 'fortran_order' 'shape' '|u1' '<f4' True False 0 1 7 12L 99999999999999999999 __proto__ '".split(
      " ",
    ),
  );
  const value = fc.oneof(word, fc.constantFrom("(1, 2)", "()", "(3,)", "[('a', '<u1')]", "(-1,)", "'>i8'", "((1,),)"));
  const entry = fc.tuple(word, value).map(([key, own]) => `${key}: ${own}`);
  const good = fc.constantFrom("'descr': '|u1'", "'fortran_order': False", "'shape': (1, 2)");
  const dictionary = fc
    .array(fc.oneof({ weight: 3, arbitrary: good }, { weight: 1, arbitrary: entry }), { maxLength: 5 })
    .map((entries) => `{${entries.join(", ")}}`);
  const text = fc.oneof(
    fc.array(word).map((words) => words.join(" ")),
    dictionary,
    fc.string(),
  );
  fc.assert(
    fc.property(text, fc.constantFrom(1, 2, 3), (header, version) => {
      const bytes = npyBytes({ header, version });
      const read = readOrRefused(() => readNpyHeader(bytes, "file"));
      if (read === undefined) return;
      expect(read.shape.every((length) => Number.isSafeInteger(length) && length >= 0)).toBe(true);
      expect([typeof read.descr, typeof read.fortranOrder, read.dataOffset]).toEqual([
        "string",
        "boolean",
        bytes.length,
      ]);
    }),
    { numRuns, seed: 41 },
  );
});

test("a damaged array is read whole or refused", () => {
  const magic = Uint8Array.of(0x93, ...Buffer.from("NUMPY"), 1, 0);
  fc.assert(
    fc.property(hostileBytes(Object.values(arrays), [magic]), (bytes) => {
      const array = readOrRefused(() => decodeNpy(bytes, "file"));
      if (array === undefined) return;
      expect(array.data.length).toBeLessThan(bytes.length);
      const integers = readOrRefused(() => integersOf(array));
      expect(integers?.length ?? 0).toBeLessThanOrEqual(array.data.length);
      const strings = readOrRefused(() => stringsOf(array));
      expect(strings?.length ?? 0).toBeLessThanOrEqual(array.data.length);
    }),
    { numRuns, seed: 42 },
  );
});

/** Arrays that are whole, of shapes, types and values that may or may not go together. */
const oddArrays = fc
  .record({
    shape: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom([6, 2, 2], [6, 2, 5, 3], [6, 1, 2, 2]) },
      fc.array(fc.nat(6), { maxLength: 5 }),
    ),
    fortranOrder: fc.boolean(),
    imageType: fc.oneof(
      { weight: 5, arbitrary: fc.constant("|u1") },
      fc.constantFrom("<f4", ">f2", "|b1", "|O", ">u1", "<M8[ns]", "<c8"),
    ),
    labelShape: fc.oneof({ weight: 3, arbitrary: fc.constantFrom([6], [6, 1]) }, fc.array(fc.nat(6), { maxLength: 3 })),
    labelType: fc.constantFrom("|u1", "|i1", "<i2", ">u4", "<i8", ">i8", "<u8", "<f8", "<U1"),
    labels: fc.uint8Array({ max: 3, minLength: 300, maxLength: 300 }),
    names: fc.option(fc.array(fc.constantFrom("a", "b", "c", "é", ""), { maxLength: 5 }), { freq: 1 }),
  })
  .map(({ shape, fortranOrder, imageType, labelShape, labelType, labels, names }) => {
    const bytesOf = (lengths: readonly number[], type: string): number =>
      lengths.reduce((product, length) => product * length, type.includes("U") ? 4 : 1) *
      Number(/\d+/.exec(type)?.[0] ?? 8);
    // in the last byte of each, or the labels would all be enormous
    const itemBytes = bytesOf([], labelType);
    const at = labelType.startsWith(">") ? itemBytes - 1 : 0;
    const labelData = Uint8Array.from({ length: bytesOf(labelShape, labelType) }, (_, index) =>
      index % itemBytes === at ? (labels[Math.floor(index / itemBytes) % labels.length] ?? 0) : 0,
    );
    return npzBytes({
      images: { descr: imageType, shape, fortranOrder, data: new Uint8Array(bytesOf(shape, imageType)) },
      labels: { descr: labelType, shape: labelShape, data: labelData },
      ...(names !== null && {
        class_names: { descr: "<U1", shape: [names.length], data: utf32(names.map((name) => name || "\0").join("")) },
      }),
    });
  });

test("a damaged archive, and one of damaged arrays, is read whole or refused", () => {
  const named = Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes]));
  const files = [zipSync(named), zipSync(named, { level: 0 })];
  const inside = fc
    .tuple(fc.constantFrom(...Object.keys(named)), damages)
    .map(([name, changes]) => zipSync({ ...named, [name]: damaged(named[name], changes) }, { level: 0 }));
  let whole = 0;
  fc.assert(
    fc.property(fc.oneof(hostileBytes(files), inside, oddArrays), (bytes) => {
      const dataset = readOrRefused(() => decodeNpz({ bytes, path: "file.npz", crc32 }, split));
      if (dataset === undefined) return;
      whole++;
      const { train, test: held, classNames, imageShape } = dataset;
      const [channels, height, width] = imageShape;
      expect(train.pixels.length + held.pixels.length).toBe((train.count + held.count) * channels * height * width);
      expect(train.pixels.length + held.pixels.length).toBeLessThanOrEqual(bytes.length * MOST_PER_PACKED_BYTE);
      expect([...train.labels, ...held.labels].every((label) => label < classNames.length)).toBe(true);
    }),
    { numRuns, seed: 43 },
  );
  // otherwise nothing behind the archive was tried
  expect(whole).toBeGreaterThan(numRuns / 20);
});
