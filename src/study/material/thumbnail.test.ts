import { describe, expect, test } from "vitest";
import { thumbnail, thumbnailShape } from "./thumbnail.ts";

describe("thumbnail", () => {
  test("leaves small images as they are", () => {
    const image = Uint8Array.from({ length: 3 * 32 * 32 }, (_, index) => index % 251);
    expect(thumbnailShape([3, 32, 32])).toEqual([3, 32, 32]);
    expect(thumbnail(image, [3, 32, 32])).toBe(image);
  });

  test("takes the mean of squares, channel by channel", () => {
    // 224 / 64 = 3.5, so squares of four pixels
    const [channels, height, width] = [3, 224, 220] as const;
    const image = new Uint8Array(channels * height * width);
    const at = (channel: number, y: number, x: number): number => (channel * height + y) * width + x;
    for (let y = 4; y < 8; y++) for (let x = 8; x < 12; x++) image[at(1, y, x)] = y < 6 ? 100 : 50;
    const small = thumbnail(image, [channels, height, width]);
    expect(thumbnailShape([channels, height, width])).toEqual([3, 56, 55]);
    expect(small).toHaveLength(3 * 56 * 55);
    expect(small[(1 * 56 + 1) * 55 + 2]).toBe(75);
    expect(small.reduce((sum, value) => sum + value, 0)).toBe(75);
  });
});
