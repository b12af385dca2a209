/**
 * @file The safetensors file format: a length, a JSON header, and the tensors' bytes.
 *
 * Source: https://github.com/huggingface/safetensors, "Format".
 */

import { DataError, type DType, type Tensor, arrayOf, bytesOf, float32, sizeOf } from "../../core/index.ts";

const dtypeNames = {
  float32: "F32",
  float64: "F64",
  float16: "F16",
  int64: "I64",
  int32: "I32",
  int8: "I8",
  uint8: "U8",
  bool: "BOOL",
} as const satisfies Record<DType, string>;

/** Headers above this size are refused, as the format's own readers do. */
const MAX_HEADER_BYTES = 100_000_000;
/** Fills the header up, so that data start at a multiple of 8 bytes. */
const SPACE = 0x20;

export interface SafetensorsContent {
  tensors: Record<string, Tensor>;
  metadata: Record<string, string>;
}

/** The bytes of a safetensors file; tensors are written in the given order. */
export function encodeSafetensors({ tensors, metadata }: SafetensorsContent): Uint8Array {
  let end = 0;
  const entries = Object.entries(tensors).map(([name, tensor]) => {
    const start = end;
    end += tensor.data.byteLength;
    return [name, { dtype: dtypeNames[tensor.dtype], shape: tensor.shape, data_offsets: [start, end] }] as const;
  });
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const described = new TextEncoder().encode(json);
  const headerLength = Math.ceil(described.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(SPACE, 8, 8 + headerLength);
  file.set(described, 8);
  for (const [name, { data_offsets: offsets }] of entries)
    file.set(bytesOf(tensors[name]), 8 + headerLength + offsets[0]);
  return file;
}

/**
 * Reads a safetensors file; bfloat16, for which there is no array, is read as the float32 of the same value.
 *
 * @throws DataError if the bytes are not such a file, whole and consistent.
 */
export function decodeSafetensors(bytes: Uint8Array, path: string): SafetensorsContent {
  const fail: Fail = (problem, offset) =>
    new DataError(
      `${path}: expected a safetensors file, but ${problem} at byte ${offset}. It may be truncated; restore it or delete it.`,
      { location: { path, offset } },
    );
  const headerLength =
    bytes.length < 8 ? 0 : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (headerLength < 2 || headerLength > MAX_HEADER_BYTES || 8 + headerLength > bytes.length)
    throw fail("its header length is wrong", 0);
  const header = parseHeader(
    new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(8, 8 + headerLength)),
    fail,
  );
  const data = bytes.subarray(8 + headerLength);
  requireWhole(header.entries, {
    length: data.length,
    fail: (problem, offset) => fail(problem, 8 + headerLength + offset),
  });
  return {
    // fromEntries defines each name as it is, "__proto__" too
    tensors: Object.fromEntries(header.entries.map((entry) => [entry.name, tensorFrom(data, entry)])),
    metadata: header.metadata,
  };
}

type Fail = (problem: string, offset: number) => DataError;

/** What the header says of a tensor; `end - start` is its size. */
interface Entry {
  readonly name: string;
  readonly dtype: DType | "bfloat16";
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function parseHeader(text: string, fail: Fail): { metadata: Record<string, string>; entries: Entry[] } {
  const { __metadata__: metadata = {}, ...described } =
    parseObject(text) ?? raise(fail("its header is no JSON object", 8));
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === "string"))
    throw fail("its metadata are no strings by name", 8);
  const entries = Object.entries(described).map(
    ([name, value]) => entryFrom(name, value) ?? raise(fail(`the header's entry of "${name}" is wrong`, 8)),
  );
  return { metadata: metadata as Record<string, string>, entries };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function raise(error: Error): never {
  throw error;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function entryFrom(name: string, value: unknown): Entry | undefined {
  if (!isRecord(value)) return undefined;
  const { dtype: code, shape, data_offsets: offsets } = value;
  const dtype =
    code === "BF16"
      ? "bfloat16"
      : (Object.keys(dtypeNames) as DType[]).find((candidate) => dtypeNames[candidate] === code);
  if (dtype === undefined || !isNaturals(shape) || !isNaturals(offsets) || offsets.length !== 2) return undefined;
  const [start, end] = offsets;
  return end - start === sizeOf(shape) * (dtype === "bfloat16" ? 2 : arrayOf[dtype].BYTES_PER_ELEMENT)
    ? { name, dtype, shape, start, end }
    : undefined;
}

/** @throws DataError unless the tensors lie one after another from the first byte of the data to its last. */
function requireWhole(entries: readonly Entry[], { length, fail }: { length: number; fail: Fail }): void {
  let end = 0;
  for (const entry of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (entry.start !== end) throw fail(`the data of "${entry.name}" do not follow those before them`, end);
    if (entry.end > length) throw fail(`the data of "${entry.name}" end too early`, length);
    end = entry.end;
  }
  if (end !== length) throw fail("there is more data than the header describes", end);
}

function tensorFrom(data: Uint8Array, { dtype, shape, start, end }: Entry): Tensor {
  // a copy, since the bytes in the file need not be aligned
  const copy = Uint8Array.from(data.subarray(start, end));
  if (dtype === "bfloat16") return float32(widen(new Uint16Array(copy.buffer)), shape);
  return { dtype, shape, data: new arrayOf[dtype](copy.buffer) } as Tensor;
}

/** bfloat16 is the upper half of a float32. */
function widen(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer);
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
