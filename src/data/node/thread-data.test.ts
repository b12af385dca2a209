import { expect, test } from "vitest";
import { fromThreadData, toThreadData } from "./thread-data.ts";

const shared = new Uint8Array(new SharedArrayBuffer(8)).fill(3);
const data = {
  plan: {
    name: "source",
    seed: 0,
    shuffle: true,
    none: undefined,
    classes: ["cat", "dog"],
    images: shared.subarray(2, 6),
  },
  slots: [
    { labels: new BigInt64Array([1n, -2n]), indices: Uint32Array.of(7, 8), words: Int32Array.of(-1) },
    { labels: new BigInt64Array(), indices: new Uint32Array(), words: new Int32Array(2).subarray(1) },
  ],
};

function viewsIn(value: unknown): unknown[] {
  if (ArrayBuffer.isView(value)) return [value];
  return typeof value === "object" &&
    value !== null &&
    !(value instanceof ArrayBuffer || value instanceof SharedArrayBuffer)
    ? Object.values(value).flatMap(viewsIn)
    : [];
}

test("nothing that is handed over is a view, and what comes out is what went in", () => {
  expect(viewsIn(data)).toHaveLength(7);
  const handed = toThreadData(data);
  expect(viewsIn(handed)).toEqual([]);
  expect(fromThreadData(structuredClone(handed))).toEqual(data);
});

test("shared memory stays shared", () => {
  const { plan } = fromThreadData(structuredClone(toThreadData(data))) as typeof data;
  shared[2] = 9;
  expect([...plan.images]).toEqual([9, 3, 3, 3]);
});

test("a Buffer comes out as the bytes that it is", () => {
  expect(fromThreadData(toThreadData(Buffer.from("ab")))).toEqual(Uint8Array.of(97, 98));
});

test("a view that no thread expects is refused", () => {
  expect(() => toThreadData([new Float32Array(1)])).toThrow(
    "internal: a thread was to be handed a view of the kind Float32Array",
  );
});
