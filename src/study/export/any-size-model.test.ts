/** @file What the nodes before a model make of photographs, against what Graft's own decoding makes of them. */

import sharp from "sharp";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ImageFitOptions, type ImageShape, decodeImages, resolveFit } from "../../data/node/index.ts";
import { stream } from "../../core/index.ts";
import { Operations, encodeModel, readModelHeader } from "../../engine/onnx/index.ts";
import { createModelSession } from "../../engine/runtime/index.ts";
import { checkSeal } from "../../files/index.ts";
import { exportMetadata } from "./export-metadata.ts";
import { anySizeModel } from "./any-size-model.ts";

/** Tells the bytes that it is given. */
function tellingModel(imageShape: ImageShape, fit: Omit<ImageFitOptions, "imageShape">): Uint8Array {
  const g = new Operations();
  const images = g.input("images", "uint8", [2, ...imageShape]);
  g.output(g.cast(images, "float32"), "probabilities");
  const facts = { run: "M1", network: "none", classNames: ["a"], imageShape, ...fit };
  return encodeModel(g.build("telling"), { metadata: exportMetadata(facts), batchAxisName: "N" });
}

/** A photograph with edges and noise, as [height, width, 3]. */
function photograph(height: number, width: number): Uint8Array {
  const random = stream(height * width, "photograph");
  return Uint8Array.from({ length: height * width * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    return (x * 3 + y * 5 + ((x >> 4) + (y >> 4)) * 90 + random.uniform() * 40) % 256;
  });
}

/** As `graft predict` prepares it from a file that loses nothing. */
async function prepared(
  pixels: Uint8Array,
  { height, width, ...fit }: { height: number; width: number } & ImageFitOptions,
): Promise<Uint8Array> {
  const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  const file = { path: "photo.png", withBytes: async <T>(use: (bytes: Uint8Array) => Promise<T>) => use(png) };
  for await (const batch of decodeImages([file], { fit: resolveFit(fit) })) return batch.pixels;
  throw new Error("no image");
}

const sizes = [
  [97, 140],
  [140, 97],
  [31, 20],
  [64, 64],
  [48, 150],
  // more than four times the size, and strips that become a thousand times as long as what is kept of them
  [300, 260],
  [2, 900],
  [900, 1],
] as const;

describe.each<[ImageShape, Omit<ImageFitOptions, "imageShape">]>([
  [[3, 64, 64], { fit: "cover" }],
  [[3, 64, 48], { fit: "cover", interpolation: "bicubic" }],
  [[3, 56, 56], { fit: "cover", resizeShorter: 64, interpolation: "bicubic" }],
  [[3, 40, 64], { fit: "contain" }],
  [[3, 40, 50], { fit: "fill", interpolation: "bicubic" }],
  [[1, 56, 56], { fit: "cover", resizeShorter: 60 }],
])("%j, %j", (imageShape, fit) => {
  test("is prepared as Graft prepares it, in batches of any size", async () => {
    const model = anySizeModel(tellingModel(imageShape, fit), "model.onnx");
    const session = await createModelSession(model, { threads: 1 });
    onTestFinished(() => session.close());
    for (const [height, width] of sizes) {
      const pixels = photograph(height, width);
      const batch = new Uint8Array(2 * pixels.length);
      batch.set(pixels);
      const { probabilities } = await session.run({
        pixels: { dtype: "uint8", shape: [2, height, width, 3], data: batch },
      });
      expect(probabilities.shape).toEqual([2, ...imageShape]);
      const expected = await prepared(pixels, { height, width, imageShape, ...fit });
      const told = (probabilities.data as Float32Array).subarray(0, expected.length);
      expect(Uint8Array.from(told), `${height}x${width}`).toEqual(expected);
    }
  });
});

test("is sealed, says its classes, and refuses what is no model of a run", () => {
  const model = anySizeModel(tellingModel([3, 8, 8], {}), "model.onnx");
  expect(checkSeal(model)).toBe("whole");
  expect(readModelHeader(model)).toMatchObject({
    metadata: { run: "M1", classes: '["a"]' },
    inputs: [{ name: "pixels", dtype: "uint8", shape: ["N", "height", "width", 3] }],
  });
  const g = new Operations();
  g.output(g.relu(g.input("images", "float32", [1])), "probabilities");
  expect(() => anySizeModel(encodeModel(g.build("other")), "other.onnx")).toThrow(
    "other.onnx: expected the model of a run, got one that does not say what images it takes.",
  );
});
