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

/** Where the middle of each image lies in the SVG, whose margin is 14 pixels wide. */
function middlesOf(svg: string): [x: number, y: number][] {
  const top = Number(/<g fill="none"[^>]* transform="translate\(14,([\d.]+)\)/.exec(svg)?.[1]);
  const images = svg.matchAll(/<image [^>]*transform="translate\((\d+),(\d+)\)" width="64" height="64"/g);
  return Array.from(images, ([, x, y]) => [14 + Number(x) + 32, Math.round(top) + Number(y) + 32]);
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
    const [first, second, below] = middlesOf(svg);
    expect(below[0]).toBe(first[0]);
    expect(await colorAt(png, ...first)).toEqual([255, 0, 0]);
    expect(await colorAt(png, ...second)).toEqual([200, 0, 0]);
    expect(await colorAt(png, ...below)).toEqual([0, 255, 0]);
    expect(await colorAt(png, second[0], below[1])).toEqual([255, 255, 255]);
    expect(svg).toContain(">red</text>");
    expect(svg).toContain(">target</text>");
  });

  it("shows one channel in grey", async () => {
    const { svg, png } = await imageGrid({
      title: "Grey",
      imageShape: [1, 2, 2],
      classes: [{ className: "a & b", images: [plain(99)] }],
    });
    expect(await colorAt(png, ...middlesOf(svg)[0])).toEqual([99, 99, 99]);
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
