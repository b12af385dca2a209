import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hostileBytes, readOrRefused } from "../../../test/support/damage.ts";
import { float32, int64, scalar } from "../../core/index.ts";
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

/** Holds a file's content against its bytes: no tensor has more than there are, bfloat16 twice as many. */
function requireBacked(bytes: Uint8Array): void {
  const content = readOrRefused(() => decodeSafetensors(bytes, "file"));
  if (content === undefined) return;
  let total = 0;
  for (const { shape, data } of Object.values(content.tensors)) {
    expect(data).toHaveLength(shape.reduce((product, length) => product * length, 1));
    total += data.byteLength;
  }
  expect(total).toBeLessThanOrEqual(2 * bytes.length);
}

test("a damaged file is read whole or refused", () => {
  const whole = encodeSafetensors({
    tensors: { weight: float32([1, 2, 3, 4, 5, 6], [2, 3]), steps: int64([7]), loss: scalar(0.5) },
    metadata: { format: "pt" },
  });
  const half = fileOf('{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}', 4);
  fc.assert(fc.property(hostileBytes([whole, half], [whole.subarray(0, 8)]), requireBacked), { numRuns, seed: 51 });
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
    fc.property(header, fc.constantFrom(0, 1, 2, 4, 8, 16), (text, dataBytes) =>
      requireBacked(fileOf(text, dataBytes)),
    ),
    { numRuns, seed: 52 },
  );
});

/** Names may repeat, which an object's cannot. */
function jsonOf(entries: readonly (readonly [string, unknown])[]): string {
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
}
