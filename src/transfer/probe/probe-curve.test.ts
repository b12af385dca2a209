import { expect, it } from "vitest";
import { stream } from "../../core/index.ts";
import { probeCurve } from "./probe-curve.ts";
import { solveProbe } from "./solve-probe.ts";

const session = { threads: 1, device: "cpu" } as const;
const solvedWith = (strength: number) => ({ solved: { strength, crossValidated: null }, session });

/** Two clouds, some way apart. */
function clouds(images: number, { apart = 1, width = 4 } = {}) {
  const random = stream(0, "clouds");
  const labels = Array.from({ length: images }, (_, image) => image % 2);
  const values = Float32Array.from(
    { length: width * images },
    (_, place) => apart * labels[Math.floor(place / width)] + random.normal(),
  );
  const read = (rows: Uint32Array, into: Float32Array): void =>
    rows.forEach((row, place) => into.set(values.subarray(width * row, width * row + width), width * place));
  return { features: { shape: [width], count: images, read }, labels, numClasses: 2, seed: 1 };
}

it("measures a quarter and half of the images on the others, the same again with the same seed", async () => {
  const curve = await probeCurve(clouds(80), solvedWith(0.1));
  expect(curve.map(({ images }) => images)).toEqual([20, 40]);
  for (const { accuracy } of curve) {
    expect(accuracy).toBeGreaterThan(0.7);
    expect(accuracy).toBeLessThan(0.95);
  }
  expect(await probeCurve(clouds(80), solvedWith(0.1))).toEqual(curve);
});

it("asks about images that the probe has not seen", async () => {
  // so many features tell the images of any part apart, and say nothing of others
  for (const { accuracy } of await probeCurve(clouds(80, { apart: 0, width: 64 }), solvedWith(1))) {
    expect(Math.abs(accuracy - 0.5)).toBeLessThan(0.15);
  }
});

it("ends in what chose the strength, at the images that a fold learns from", async () => {
  const solved = await solveProbe(clouds(80), { session });
  const curve = await probeCurve(clouds(80), { solved, session });
  expect(curve).toHaveLength(3);
  expect(curve[2]).toMatchObject({ images: 64, accuracy: solved.crossValidated?.accuracy });
});

it("leaves out parts that would leave a class without an image", async () => {
  expect(await probeCurve(clouds(6), solvedWith(0.1))).toHaveLength(1);
  expect(await probeCurve(clouds(2), solvedWith(0.1))).toEqual([]);
});
