import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { imageGrid } from "./image-grid.ts";

/** A 2x2 image of one colour, plane by plane. */
function plain(...channels: number[]): Uint8Array {
  return Uint8Array.from(channels.flatMap((value) => [value, value, value, value]));
}

/** The colour of a pixel of a PNG that is drawn at twice the SVG's size. */
async function colorAt(png: Uint8Array | undefined, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const start = (2 * y * info.width + 2 * x) * info.channels;
  return [...data.subarray(start, start + 3)];
}

/** Where the image of some row and column begins in the SVG. */
function placesOf(svg: string): number[] {
  return [...svg.matchAll(/<image x="(\d+)"/g)].map(([, x]) => Number(x));
}

describe("imageGrid", () => {
  it("draws each image in its class's row, in its colours", async () => {
    const { svg, png } = await imageGrid({
      title: "Two colours",
      imageShape: [3, 2, 2],
      classes: [
        { className: "red", images: [plain(255, 0, 0), plain(200, 0, 0)] },
        { className: "green", note: "target", images: [plain(0, 255, 0)] },
      ],
    });
    const [first, second, below] = placesOf(svg);
    expect(below).toBe(first);
    // margin 12, title 30, a row every 68 pixels
    expect(await colorAt(png, first + 44, 74)).toEqual([255, 0, 0]);
    expect(await colorAt(png, second + 44, 74)).toEqual([200, 0, 0]);
    expect(await colorAt(png, below + 44, 142)).toEqual([0, 255, 0]);
    expect(await colorAt(png, second + 44, 142)).toEqual([255, 255, 255]);
    expect(svg).toContain(">red</text>");
    expect(svg).toContain(">target</text>");
  });

  it("shows one channel in grey", async () => {
    const { svg, png } = await imageGrid({
      title: "Grey",
      imageShape: [1, 2, 2],
      classes: [{ className: "a & b", images: [plain(99)] }],
    });
    expect(await colorAt(png, placesOf(svg)[0] + 44, 74)).toEqual([99, 99, 99]);
    expect(svg).toContain(">a &amp; b</text>");
  });

  it("tells Jupyter its PNG, and its title where only text can be shown", async () => {
    const grid = await imageGrid({ title: "Nothing", imageShape: [3, 2, 2], classes: [] });
    const display: unknown = Reflect.get(grid, Symbol.for("Jupyter.display"));
    if (typeof display !== "function" || grid.png === undefined) throw new Error("expected something to show");
    expect(display()).toEqual({ "image/png": Buffer.from(grid.png).toString("base64"), "text/plain": "Nothing" });
  });

  it("refuses an image of another size", async () => {
    const classes = [{ className: "cat", images: [new Uint8Array(11)] }];
    await expect(imageGrid({ title: "", imageShape: [3, 2, 2], classes })).rejects.toThrow(
      'image of class "cat": expected 12 bytes for 3x2x2, got 11.',
    );
  });
});
