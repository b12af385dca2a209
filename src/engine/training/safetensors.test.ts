/** @file The safetensors codec: round trips, other readers, and files that are damaged or hostile. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { DataError, type DType, type Tensor, arrayOf, bytesOf, float32, sizeOf } from "../../core/index.ts";
import { type SafetensorsContent, decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

const PATH = "runs/a/checkpoint.safetensors";
const PYTHON = "/usr/bin/python3";
const hasNumpy = spawnSync(PYTHON, ["-c", "import numpy"]).status === 0;
if (!hasNumpy) console.info(`skipped: reading by NumPy, since ${PYTHON} cannot import numpy`);

const tensors: fc.Arbitrary<Tensor> = fc
  .tuple(
    fc.constantFrom(...(Object.keys(arrayOf) as DType[])),
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
  )
  .chain(([dtype, shape]) => {
    const length = sizeOf(shape) * arrayOf[dtype].BYTES_PER_ELEMENT;
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((bytes) => ({ dtype, shape, data: new arrayOf[dtype](Uint8Array.from(bytes).buffer) }) as Tensor);
  });

const contents: fc.Arbitrary<SafetensorsContent> = fc.record({
  tensors: fc.dictionary(
    fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__"),
    tensors,
    { noNullPrototype: true },
  ),
  metadata: fc.dictionary(fc.string(), fc.string({ unit: "grapheme" }), { noNullPrototype: true }),
});

test("what is written is read back, bit for bit and in order, from any place in memory", () => {
  fc.assert(
    fc.property(contents, fc.integer({ min: 0, max: 9 }), (content, offset) => {
      const encoded = encodeSafetensors(content);
      const moved = new Uint8Array(encoded.length + offset).subarray(offset);
      moved.set(encoded);
      const read = decodeSafetensors(moved, PATH);
      expect(Object.keys(read.tensors)).toEqual(Object.keys(content.tensors));
      expect(read.metadata).toEqual(content.metadata);
      for (const [name, tensor] of Object.entries(content.tensors)) {
        const { dtype, shape } = read.tensors[name];
        expect({ dtype, shape }).toEqual({ dtype: tensor.dtype, shape: tensor.shape });
        expect(Buffer.compare(bytesOf(read.tensors[name]), bytesOf(tensor))).toBe(0);
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("bfloat16 is read as float32 of the same value", () => {
  const values = [1, -2.5, 0, 1.1754943508222875e-38, Infinity];
  const halves = Uint16Array.from(values, (value) => new Uint32Array(Float32Array.of(value).buffer)[0] >>> 16);
  const header = JSON.stringify({ w: { dtype: "BF16", shape: [5], data_offsets: [0, 10] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const bytes = Buffer.concat([length, Buffer.from(header), Buffer.from(halves.buffer)]);
  expect(decodeSafetensors(bytes, PATH).tensors).toEqual({ w: float32(values) });
  expect(() => decodeSafetensors(bytes.subarray(0, -1), PATH)).toThrow(DataError);
});

test("no prefix of a file is a file", () => {
  const whole = encodeSafetensors({ tensors: { a: float32([1, 2]), b: float32([3]) }, metadata: { x: "y" } });
  expect(decodeSafetensors(whole, PATH).tensors.b).toEqual(float32([3]));
  for (let length = 0; length < whole.length; length++) {
    expect(() => decodeSafetensors(whole.subarray(0, length), PATH)).toThrow(DataError);
  }
});

test("any bytes are read or refused as data", () => {
  const headers = fc.oneof(fc.json(), fc.string());
  fc.assert(
    fc.property(headers, fc.uint8Array({ maxLength: 20 }), (header, data) => {
      const outcome = outcomeOf(fileOf(header, data));
      expect(outcome instanceof Error && !(outcome instanceof DataError)).toBe(false);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("the data begin at a multiple of 8 bytes", () => {
  for (const name of ["a", "ab", "abc", "é"]) {
    const bytes = encodeSafetensors({ tensors: { [name]: float32([1]) }, metadata: {} });
    expect((bytes.length - 4) % 8).toBe(0);
  }
});

test("a tensor may have any name, that of every object's prototype too", () => {
  const header = { ["__proto__"]: { dtype: "U8", shape: [1], data_offsets: [0, 1] } };
  const { tensors: read } = decodeSafetensors(fileOf(JSON.stringify(header), [7]), PATH);
  expect(Object.keys(read)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
});

/** A file of any header and data. */
function fileOf(header: string, data: ArrayLike<number> = []): Uint8Array {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Uint8Array.from(data)]);
}

/** What reading gives, or why it is refused. */
function outcomeOf(bytes: Uint8Array): unknown {
  try {
    return decodeSafetensors(bytes, PATH);
  } catch (error) {
    return error;
  }
}

function refusal(problem: string, offset: number): DataError {
  const message = `${PATH}: expected a safetensors file, but ${problem} at byte ${offset}. It may be truncated; restore it or delete it.`;
  return new DataError(message, { location: { path: PATH, offset } });
}

describe("a file is refused", () => {
  const entry = (change: object = {}): object => ({ dtype: "F32", shape: [1], data_offsets: [0, 4], ...change });
  const file = (header: unknown, data: ArrayLike<number> = [0, 0, 0, 0]): Uint8Array =>
    fileOf(JSON.stringify(header), data);
  const wrongEntry = 'the header\'s entry of "w" is wrong';

  test.each<[string, Uint8Array, string, number]>([
    ["that is empty", new Uint8Array(), "its header length is wrong", 0],
    ["whose header length is cut", Uint8Array.of(1, 0, 0), "its header length is wrong", 0],
    ["whose header is longer than it", fileOf("{}").subarray(0, 9), "its header length is wrong", 0],
    ["with a header length beyond any file", new Uint8Array(16).fill(255), "its header length is wrong", 0],
    ["whose header is no JSON", fileOf("{nonsense"), "its header is no JSON object", 8],
    ["whose header is a number", fileOf("12"), "its header is no JSON object", 8],
    ["whose header is null", fileOf("null"), "its header is no JSON object", 8],
    ["whose header is a list", fileOf("[]"), "its header is no JSON object", 8],
    ["whose metadata are null", file({ __metadata__: null }, []), "its metadata are no strings by name", 8],
    ["whose metadata hold a number", file({ __metadata__: { a: 1 } }, []), "its metadata are no strings by name", 8],
    ["with an entry that is none", file({ w: 7 }), wrongEntry, 8],
    ["with an unknown element type", file({ w: entry({ dtype: "F8" }) }), wrongEntry, 8],
    ["with an inherited element type", file({ w: entry({ dtype: "toString" }) }), wrongEntry, 8],
    ["with a negative length", file({ w: entry({ shape: [-1] }) }), wrongEntry, 8],
    ["with half an element", file({ w: entry({ shape: [0.5], data_offsets: [0, 2] }) }), wrongEntry, 8],
    ["with a shape that overflows", file({ w: entry({ shape: [2 ** 40, 2 ** 40] }) }), wrongEntry, 8],
    ["with offsets the wrong way round", file({ w: entry({ data_offsets: [4, 0] }) }), wrongEntry, 8],
    ["with negative offsets", file({ w: entry({ data_offsets: [-4, 0] }) }), wrongEntry, 8],
    ["with offsets beyond exact integers", file({ w: entry({ data_offsets: [2 ** 60, 2 ** 60 + 4] }) }), wrongEntry, 8],
    ["with one offset", file({ w: entry({ data_offsets: [4] }) }), wrongEntry, 8],
  ])("%s", (_, bytes, problem, offset) => {
    expect(outcomeOf(bytes)).toEqual(refusal(problem, offset));
  });

  test.each<[string, Record<string, object>, number, string, number]>([
    ["whose data are cut", { w: entry() }, 3, 'the data of "w" end too early', 3],
    ["whose data go on", { w: entry() }, 5, "there is more data than the header describes", 4],
    ["whose data no header describes", {}, 1, "there is more data than the header describes", 0],
    ["with a hole", { w: entry({ data_offsets: [1, 5] }) }, 5, 'the data of "w" do not follow those before them', 0],
    [
      "whose tensors overlap",
      { a: entry(), w: entry({ data_offsets: [2, 6] }) },
      6,
      'the data of "w" do not follow those before them',
      4,
    ],
    ["whose tensors share bytes", { a: entry(), w: entry() }, 4, 'the data of "w" do not follow those before them', 4],
  ])("%s", (...[, header, size, problem, position]) => {
    const start = 8 + JSON.stringify(header).length;
    expect(outcomeOf(file(header, new Uint8Array(size)))).toEqual(refusal(problem, start + position));
  });
});

test.skipIf(!hasNumpy)("Python reads the file by the format's description", () => {
  const folder = mkdtempSync(join(tmpdir(), "graft-safetensors-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "model.safetensors");
  const written: Record<string, Tensor> = {
    "conv1.weight": float32([1.5, -2, 3, 0.25], [2, 2]),
    größe: { dtype: "int64", shape: [2], data: BigInt64Array.of(-5n, 2n ** 40n) },
    empty: { dtype: "uint8", shape: [0, 3], data: new Uint8Array() },
    mask: { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) },
  };
  writeFileSync(path, encodeSafetensors({ tensors: written, metadata: { status: "done" } }));
  const program = `
import json, struct, sys
import numpy as np
raw = open(sys.argv[1], "rb").read()
size, = struct.unpack("<Q", raw[:8])
header, data = json.loads(raw[8 : 8 + size]), raw[8 + size :]
types = {"F32": "<f4", "I64": "<i8", "U8": "u1", "BOOL": "?"}
found = {"__metadata__": header.pop("__metadata__")}
for name, entry in header.items():
    start, end = entry["data_offsets"]
    found[name] = np.frombuffer(data[start:end], types[entry["dtype"]]).reshape(entry["shape"]).tolist()
print(json.dumps(found))
`;
  const { stdout, stderr } = spawnSync(PYTHON, ["-c", program, path], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({
    __metadata__: { status: "done" },
    "conv1.weight": [
      [1.5, -2],
      [3, 0.25],
    ],
    größe: [-5, 2 ** 40],
    empty: [],
    mask: [true, false, true],
  });
});
