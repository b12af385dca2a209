import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hostileBytes, readOrRefused } from "../../../test/support/damage.ts";
import { float32, int64, scalar, sizeOf } from "../../core/index.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

/** More where there is time: a number in GRAFT_FUZZ_RUNS. */
const numRuns = Number(process.env["GRAFT_FUZZ_RUNS"] ?? 10_000);

/** A file of this header, whatever it says, and data. */
function fileOf(header: string, dataBytes: number): Uint8Array {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Uint8Array.from(Buffer.concat([length, text, new Uint8Array(dataBytes)]));
}

/** True if the file is refused, or no tensor has more than its bytes; bfloat16 has twice as many. */
function isBacked(bytes: Uint8Array): boolean {
  const tensors = Object.values(readOrRefused(() => decodeSafetensors(bytes, "file"))?.tensors ?? {});
  const total = tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
  return total <= 2 * bytes.length && tensors.every(({ shape, data }) => data.length === sizeOf(shape));
}

test("a damaged file is read whole or refused", () => {
  const whole = encodeSafetensors({
    tensors: { weight: float32([1, 2, 3, 4, 5, 6], [2, 3]), steps: int64([7]), loss: scalar(0.5) },
    metadata: { format: "pt" },
  });
  const half = fileOf('{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}', 4);
  fc.assert(
    fc.property(
      hostileBytes([whole, half], [whole.subarray(0, 8)]),
      (bytes) => void expect(isBacked(bytes)).toBe(true),
    ),
    { numRuns, seed: 51 },
  );
});

test("a header of any JSON is read as what it says, or refused", () => {
  const number = fc.constantFrom(0, 1, 2, 4, 8, -1, 0.5, 2 ** 31, 2 ** 53, 1e300);
  const entry = fc.record({
    dtype: fc.constantFrom("F32", "F64", "F16", "BF16", "I64", "I8", "U8", "BOOL", "F8", "__proto__"),
    shape: fc.array(number, { maxLength: 3 }),
    data_offsets: fc.oneof(fc.tuple(fc.constant(0), number), fc.array(number, { maxLength: 3 })),
  });
  const name = fc.constantFrom("a", "b", "__proto__", "__metadata__", "constructor", "");
  const value = fc.oneof({ weight: 4, arbitrary: entry }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });
  const header = fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.tuple(name, value), { maxLength: 3 }).map(jsonOf) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 2 }) },
  );
  fc.assert(
    fc.property(
      header,
      fc.constantFrom(0, 1, 2, 4, 8, 16),
      (text, dataBytes) => void expect(isBacked(fileOf(text, dataBytes))).toBe(true),
    ),
    { numRuns, seed: 52 },
  );
});

/** Names may repeat, which an object's cannot. */
function jsonOf(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
}
