import { expect, it } from "vitest";
import { stream } from "../../core/index.ts";
import { probeCurve } from "./probe-curve.ts";

const session = { threads: 1, device: "cpu" } as const;

/** Two clouds, some way apart. */
function clouds(images: number) {
  const random = stream(0, "clouds");
  const labels = Array.from({ length: images }, (_, image) => image % 2);
  const values = Float32Array.from({ length: 4 * images }, (_, place) => labels[place >> 2] + random.normal());
  const read = (rows: Uint32Array, into: Float32Array): void =>
    rows.forEach((row, place) => into.set(values.subarray(4 * row, 4 * row + 4), 4 * place));
  return { features: { shape: [4], count: images, read }, labels, numClasses: 2, seed: 1 };
}

it("measures a quarter and half of the images on the others, the same again with the same seed", async () => {
  const curve = await probeCurve(clouds(80), { strength: 0.1, session });
  expect(curve.map(({ images }) => images)).toEqual([20, 40]);
  for (const { accuracy } of curve) {
    expect(accuracy).toBeGreaterThan(0.7);
    expect(accuracy).toBeLessThan(0.95);
  }
  expect(await probeCurve(clouds(80), { strength: 0.1, session })).toEqual(curve);
});

it("leaves out parts that would leave a class without an image", async () => {
  expect(await probeCurve(clouds(6), { strength: 0.1, session })).toHaveLength(1);
  expect(await probeCurve(clouds(2), { strength: 0.1, session })).toEqual([]);
});
