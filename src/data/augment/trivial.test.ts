/** @file What TrivialAugment makes of images, against Pillow's, and how it draws. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type HashDataset, hashImages } from "../../../test/golden/hash-data.ts";
import { decodeFloat32 } from "../../../test/golden/trajectories.ts";
import { type RandomStream, stream } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import { type Placement, mapOf } from "./geometry/affine.ts";
import { warp } from "./geometry/warp.ts";
import { type TrivialChange, changeTrivially, drawTrivialChange, trivialOperations } from "./trivial.ts";

/** As make_trivial.py writes it; `bytes` are [C, H, W] in base64, `values` reals, float32 in base64. */
interface Golden {
  datasets: Record<"color" | "grey" | "small", HashDataset>;
  levels: (TrivialChange & { image: "color" | "grey"; bytes: string })[];
  moves: (TrivialChange & { values: string })[];
  placements: (Placement & { values: string })[];
}

const goldenFile = new URL("../../../test/golden/trivial.json", import.meta.url);
const golden = JSON.parse(readFileSync(goldenFile, "utf8")) as Golden;

function shapeOf({ channels, height, width }: HashDataset): ImageShape {
  return [channels, height, width];
}

/** Bytes are the nearest whole numbers; the rest is Pillow's float32 for reals up to 255. */
const HALF_A_LEVEL = 0.5 + 1e-4;

function distance(bytes: Uint8Array, base64: string): number {
  const reals = decodeFloat32(base64);
  expect(bytes).toHaveLength(reals.length);
  return Math.max(...Array.from(bytes, (byte, at) => Math.abs(byte - reals[at])));
}

function changed(image: Uint8Array, imageShape: ImageShape, change: TrivialChange): Uint8Array {
  changeTrivially(image, imageShape, change);
  return image;
}

describe("changeTrivially", () => {
  test.each(golden.levels)("makes Pillow's bytes: $operation $magnitude, $image", ({ image, bytes, ...change }) => {
    const dataset = golden.datasets[image];
    expect([...changed(hashImages(dataset), shapeOf(dataset), change)]).toEqual([...Buffer.from(bytes, "base64")]);
  });

  test.each(golden.moves)("makes Pillow's values: $operation $magnitude", ({ values, ...change }) => {
    const moved = changed(hashImages(golden.datasets.small), shapeOf(golden.datasets.small), change);
    expect(distance(moved, values)).toBeLessThan(HALF_A_LEVEL);
  });

  test("is tested with every operation that does something", () => {
    const tested = [...golden.levels, ...golden.moves].map(({ operation }) => operation);
    expect([...new Set(["identity", ...tested])].sort()).toEqual([...trivialOperations].sort());
  });

  test.each([
    { operation: "posterize", magnitude: 8 },
    ...trivialOperations
      .slice(0, trivialOperations.indexOf("posterize"))
      .map((operation) => ({ operation, magnitude: 0 })),
  ] as const)("leaves an image as it is at the least magnitude: $operation $magnitude", (change) => {
    const before = hashImages(golden.datasets.color);
    expect(changed(before.slice(), shapeOf(golden.datasets.color), change)).toEqual(before);
  });

  test("keeps grey images grey in three channels, whatever is done", () => {
    const { height, width } = golden.datasets.grey;
    const plane = hashImages(golden.datasets.grey);
    for (const { image, bytes: _, ...change } of golden.levels.filter((entry) => entry.image === "grey")) {
      const three = Uint8Array.from([...plane, ...plane, ...plane]);
      const one = changed(plane.slice(), [1, height, width], change);
      expect([...changed(three, [3, height, width], change)], `${image} ${change.operation}`).toEqual([
        ...one,
        ...one,
        ...one,
      ]);
    }
  });

  test("leaves images of one level as they are where levels are spread", () => {
    for (const operation of ["autoContrast", "equalize"] as const) {
      expect([...changed(new Uint8Array(4).fill(7), [1, 2, 2], { operation, magnitude: 0 })]).toEqual([7, 7, 7, 7]);
    }
  });
});

describe("drawTrivialChange", () => {
  /** A stream whose whole numbers are these, and which has no others. */
  function scripted(...integers: number[]): RandomStream {
    return {
      ...stream(0),
      integer: () => {
        const next = integers.shift();
        if (next === undefined) throw new Error("drawn once too often");
        return next;
      },
    };
  }

  // the operation's number, the bin, and 1 for a negative sign; as torchvision's TrivialAugmentWide has them
  test.each([
    { drawn: [0], operation: "identity", magnitude: 0 },
    { drawn: [1, 30, 1], operation: "shearX", magnitude: -0.99 },
    { drawn: [2, 10, 0], operation: "shearY", magnitude: 0.33 },
    { drawn: [3, 30, 0], operation: "translateX", magnitude: 32 },
    { drawn: [4, 15, 1], operation: "translateY", magnitude: -16 },
    { drawn: [5, 2, 1], operation: "rotate", magnitude: -9 },
    { drawn: [6, 30, 0], operation: "brightness", magnitude: 0.99 },
    { drawn: [7, 10, 1], operation: "color", magnitude: -0.33 },
    { drawn: [8, 20, 0], operation: "contrast", magnitude: 0.66 },
    { drawn: [9, 30, 1], operation: "sharpness", magnitude: -0.99 },
    { drawn: [10, 30], operation: "posterize", magnitude: 2 },
    { drawn: [11, 0], operation: "solarize", magnitude: 255 },
    { drawn: [11, 30], operation: "solarize", magnitude: 0 },
    { drawn: [12], operation: "autoContrast", magnitude: 0 },
    { drawn: [13], operation: "equalize", magnitude: 0 },
  ])("makes $operation $magnitude of the numbers $drawn", ({ drawn, operation, magnitude }) => {
    const change = drawTrivialChange(scripted(...drawn));
    expect(change.operation).toBe(operation);
    // a bin is a quotient of numbers below 10,000
    expect(change.magnitude).toBeCloseTo(magnitude, 10);
  });

  test("draws every operation alike, and half of the signs negative", () => {
    const trials = 7000;
    const counts = new Map<string, number>();
    let [signed, negative] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const { operation, magnitude } = drawTrivialChange(stream(12, "augment", trial));
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      if (operation === "rotate" && magnitude !== 0) {
        signed++;
        if (magnitude < 0) negative++;
      }
    }
    // within five standard deviations
    const deviation = Math.sqrt((trials / 14) * (13 / 14));
    expect([...counts.keys()].sort()).toEqual([...trivialOperations].sort());
    for (const count of counts.values()) expect(Math.abs(count - trials / 14)).toBeLessThan(5 * deviation);
    expect(Math.abs(negative - signed / 2)).toBeLessThan((5 * Math.sqrt(signed)) / 2);
  });
});

describe("mapOf", () => {
  test.each(golden.placements)(
    "makes Pillow's values: $degrees degrees, $right right, $down down, times $scale",
    ({ values, ...placement }) => {
      const imageShape = shapeOf(golden.datasets.small);
      const moved = hashImages(golden.datasets.small);
      warp(moved, imageShape, mapOf(placement, imageShape));
      expect(distance(moved, values)).toBeLessThan(HALF_A_LEVEL);
    },
  );
});
