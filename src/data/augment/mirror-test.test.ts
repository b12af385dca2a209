import { describe, expect, test } from "vitest";
import { ConfigError, stream } from "../../core/index.ts";
import type { ImageShape } from "../dataset.ts";
import type { ImageSubset } from "../image-subset.ts";
import { createShapes10 } from "../shapes10/shapes10.ts";
import { takeClasses } from "../split-classes.ts";
import { takePerClass } from "../subsets.ts";
import { tinyPart } from "../tiny-dataset.fixture.ts";
import { mirrorTest } from "./mirror-test.ts";

const SIDE = 12;

/** Strokes of letters, as [row, column] of a 5x5 grid; every one differs from its mirror image. */
const letters = {
  F: [
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 0],
    [4, 0],
    [0, 1],
    [0, 2],
    [2, 1],
    [2, 2],
  ],
  J: [
    [0, 3],
    [1, 3],
    [2, 3],
    [3, 3],
    [4, 2],
    [4, 1],
    [3, 0],
  ],
  S: [
    [0, 3],
    [0, 2],
    [0, 1],
    [1, 0],
    [2, 1],
    [2, 2],
    [3, 3],
    [4, 2],
    [4, 1],
    [4, 0],
  ],
  Z: [
    [0, 0],
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 3],
    [2, 2],
    [3, 1],
    [4, 0],
    [4, 1],
    [4, 2],
    [4, 3],
  ],
};

interface Drawing {
  readonly imagesPerClass: number;
  readonly channels: 1 | 3;
  /** Which images are drawn the wrong way round. */
  readonly mirror: (image: number, label: number) => boolean;
  /** True writes half of the letters dark on light. */
  readonly anyPolarity?: boolean;
  readonly names?: readonly (keyof typeof letters)[];
}

/** Letters at random places on noise, letter after letter. */
function drawLetters(
  seed: number,
  { imagesPerClass, channels, mirror, anyPolarity = false, names = ["F", "J", "S", "Z"] }: Drawing,
): {
  subset: ImageSubset;
  imageShape: ImageShape;
} {
  const random = stream(seed, "letters");
  const count = imagesPerClass * names.length;
  const labels = Uint16Array.from({ length: count }, (_, image) => image % names.length);
  const imageShape: ImageShape = [channels, SIDE, SIDE];
  const pixels = new Uint8Array(count * channels * SIDE * SIDE);
  labels.forEach((label, image) => {
    const [top, left, isDark] = [random.integer(4), random.integer(4), anyPolarity && random.integer(2) === 1];
    for (let channel = 0; channel < channels; channel++) {
      const plane = pixels.subarray((image * channels + channel) * SIDE * SIDE).subarray(0, SIDE * SIDE);
      plane.forEach((_, at) => (plane[at] = random.integer(60)));
      for (const [y, x] of letters[names[label]]) {
        const column = mirror(image, label) ? SIDE - 1 - left - x : left + x;
        plane[(top + y) * SIDE + column] = 195 + random.integer(60);
      }
      if (isDark) plane.forEach((level, at) => (plane[at] = 255 - level));
    }
  });
  const part = { count, pixels, labels };
  return { subset: { part, indices: Uint32Array.from(labels.keys()), labels, classNames: names }, imageShape };
}

const seeds = [0, 1, 2, 3, 4];
const never = (): boolean => false;
const eitherWay = (image: number): boolean => stream(image, "way round").integer(2) === 1;

describe("mirrorTest", () => {
  test.each(seeds)("forbids flips of letters, ten images of each, with seed %d", (seed) => {
    const { subset, imageShape } = drawLetters(seed, { imagesPerClass: 10, channels: 1, mirror: never });
    const found = mirrorTest(subset, imageShape, { seed });
    expect(found.flipsSafe).toBe(false);
    expect(found.agreement).toBeGreaterThan(0.7);
    // no one of 200 draws reached it, twice
    expect(found.pValue).toBe(2 / 201);
    expect(found.images).toBe(40);
  });

  test.each(seeds)(
    "forbids flips of colour images of letters, dark on light or light on dark, with seed %d",
    (seed) => {
      const drawing = { imagesPerClass: 25, channels: 3, mirror: never, anyPolarity: true } as const;
      const { subset, imageShape } = drawLetters(seed, drawing);
      expect(mirrorTest(subset, imageShape, { seed }).flipsSafe).toBe(false);
    },
  );

  test.each(seeds)("forbids flips where the class is which way round the letter is, with seed %d", (seed) => {
    // F and mirrored F, as two classes: together as often the one way round as the other
    const both = drawLetters(seed, {
      imagesPerClass: 80,
      channels: 3,
      mirror: (image) => image % 2 === 1,
      names: ["F"],
    });
    const labels = both.subset.labels.map((_, image) => image % 2);
    const classes = { ...both.subset, labels, classNames: ["F", "mirrored F"] };
    const found = mirrorTest(classes, both.imageShape, { seed });
    expect(found).toMatchObject({ flipsSafe: false, pValue: 2 / 201 });
    expect(mirrorTest(both.subset, both.imageShape, { seed }).flipsSafe).toBe(true);
  });

  test.each(seeds)("allows flips of letters that are written either way round, with seed %d", (seed) => {
    const { subset, imageShape } = drawLetters(seed, { imagesPerClass: 50, channels: 1, mirror: eitherWay });
    const found = mirrorTest(subset, imageShape, { seed });
    expect(found.flipsSafe).toBe(true);
    expect(found.agreement).toBeLessThan(0.6);
  });

  test("allows flips of shapes10, whose shapes are turned at random", () => {
    const dataset = createShapes10({ trainImagesPerClass: 20, testImagesPerClass: 1 });
    const { train } = takeClasses(dataset, [...dataset.classNames.keys()]);
    for (const seed of seeds) {
      const subset = takePerClass(train, 10, stream(seed, "subset"));
      expect(mirrorTest(subset, dataset.imageShape, { seed }).flipsSafe).toBe(true);
    }
  });

  test("allows flips of a weak asymmetry, however certain it is", () => {
    // 56 of 100 the one way round
    const { subset, imageShape } = drawLetters(1, {
      imagesPerClass: 1000,
      channels: 3,
      mirror: (image) => image % 100 >= 56,
      names: ["F"],
    });
    const found = mirrorTest(subset, imageShape, { seed: 1 });
    expect(found.pValue).toBe(2 / 201);
    expect(found.agreement).toBeLessThan(0.6);
    expect(found.flipsSafe).toBe(true);
  });

  test("sees letters in classes of one image, by the direction in which all are written", () => {
    const { subset, imageShape } = drawLetters(3, { imagesPerClass: 60, channels: 3, mirror: never, names: ["F"] });
    const alone = {
      ...subset,
      labels: Uint16Array.from(subset.indices),
      classNames: Array<string>(60).fill("a letter"),
    };
    expect(mirrorTest(alone, imageShape, { seed: 3 }).flipsSafe).toBe(false);
  });

  test.each([
    { channels: 1, flipsSafe: false },
    { channels: 3, flipsSafe: true },
  ] as const)(
    "says $flipsSafe of too few images of $channels channels that show nothing",
    ({ channels, flipsSafe }) => {
      const count = 39;
      const part = { count, pixels: new Uint8Array(count * channels * 16), labels: new Uint16Array(count) };
      part.pixels.forEach((_, at) => (part.pixels[at] = stream(2, at).integer(256)));
      const subset = {
        part,
        indices: Uint32Array.from(part.labels.keys()),
        labels: part.labels,
        classNames: ["noise"],
      };
      expect(mirrorTest(subset, [channels, 4, 4], { seed: 0 })).toMatchObject({ images: 39, flipsSafe });
    },
  );

  test("refuses a subset without images", () => {
    const none = { part: tinyPart([0]), indices: new Uint32Array(), labels: new Uint16Array(), classNames: ["ant"] };
    expect(() => mirrorTest(none, [1, 2, 2], { seed: 0 })).toThrow(
      new ConfigError("mirror test: expected at least one image, got none. Choose classes that have images."),
    );
  });

  test("says that mirrored images are as likely of images without any detail", () => {
    const part = { count: 3, pixels: new Uint8Array(12).fill(9), labels: new Uint16Array(3) };
    const subset = { part, indices: Uint32Array.of(0, 1, 2), labels: part.labels, classNames: ["plain"] };
    expect(mirrorTest(subset, [1, 2, 2], { seed: 0 })).toEqual({
      agreement: 0.5,
      pValue: 1,
      images: 3,
      flipsSafe: false,
    });
  });

  test("depends on the seed, and looks at 1,000 images at most", () => {
    const many = drawLetters(4, { imagesPerClass: 400, channels: 1, mirror: eitherWay });
    const found = mirrorTest(many.subset, many.imageShape, { seed: 5 });
    expect(found.images).toBe(1000);
    expect(mirrorTest(many.subset, many.imageShape, { seed: 5 })).toEqual(found);
    expect(mirrorTest(many.subset, many.imageShape, { seed: 6 })).not.toEqual(found);
  });
});
