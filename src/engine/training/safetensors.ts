/**
 * @file The safetensors file format: a length, a JSON header, and the tensors' bytes.
 *
 * Source: https://github.com/huggingface/safetensors, "Format".
 */

import { DataError, type DType, type Tensor, arrayOf, bytesOf, sizeOf } from "../../core/index.ts";

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
  // data starts at a multiple of 8 bytes
  const padding = (8 - (Buffer.byteLength(json) % 8)) % 8;
  const header = Buffer.from(json + " ".repeat(padding));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...Object.values(tensors).map(bytesOf)]);
}

/**
 * Reads a safetensors file.
 *
 * @throws DataError if the bytes are not such a file, whole and consistent.
 */
export function decodeSafetensors(bytes: Uint8Array, path: string): SafetensorsContent {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (problem: string, offset: number): DataError =>
    new DataError(
      `${path}: expected a safetensors file, but ${problem} at byte ${offset}. It may be truncated; restore it or delete it.`,
      {
        location: { path, offset },
      },
    );
  const headerLength = view.length < 8 ? 0 : Number(view.readBigUInt64LE(0));
  if (headerLength < 2 || headerLength > MAX_HEADER_BYTES || 8 + headerLength > view.length)
    throw fail("its header length is wrong", 0);
  const header = parseHeader(view.toString("utf8", 8, 8 + headerLength), fail);
  const data = view.subarray(8 + headerLength);
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries(header.entries)) {
    tensors[name] =
      tensorFrom(data, entry) ?? raise(fail(`the entry of "${name}" does not fit its data`, 8 + headerLength));
  }
  return { tensors, metadata: header.metadata };
}

function raise(error: Error): never {
  throw error;
}

function parseHeader(
  text: string,
  fail: (problem: string, offset: number) => DataError,
): { metadata: Record<string, string>; entries: Record<string, unknown> } {
  try {
    const { __metadata__: metadata = {}, ...entries } = JSON.parse(text) as Record<string, unknown>;
    return { metadata: metadata as Record<string, string>, entries };
  } catch {
    throw fail("its header is not JSON", 8);
  }
}

function tensorFrom(data: Buffer, entry: unknown): Tensor | undefined {
  const {
    dtype: code,
    shape,
    data_offsets: offsets,
  } = (entry ?? {}) as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  const dtype = (Object.keys(dtypeNames) as DType[]).find((name) => dtypeNames[name] === code);
  if (dtype === undefined || !isNaturals(shape) || !isNaturals(offsets) || offsets.length !== 2) return undefined;
  const [start, end] = offsets;
  const array = arrayOf[dtype];
  if (end > data.length || end - start !== sizeOf(shape) * array.BYTES_PER_ELEMENT) return undefined;
  // a copy, since the bytes in the file need not be aligned
  const copy = Uint8Array.from(data.subarray(start, end));
  return { dtype, shape, data: new array(copy.buffer) } as Tensor;
}

function isNaturals(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
