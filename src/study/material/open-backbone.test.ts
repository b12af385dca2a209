/** @file What a study may say of its source network's images, and what the file says already. */

import { expect, test } from "vitest";
import { type ModelParts, declared, model, written } from "../../../test/support/onnx-file.ts";
import { ConfigError } from "../../core/index.ts";
import { resolveStudy } from "../file/config.ts";
import type { StudyInput } from "../file/schema.ts";
import { type OpenedBackbone, openBackbone } from "./open-backbone.ts";

const path = "a.onnx";
const open = (fields: StudyInput, parts: ModelParts = {}): Promise<OpenedBackbone> =>
  openBackbone(resolveStudy({ target: "photos", source: path, ...fields }), {
    path,
    entry: null,
    beside: null,
    bytes: written(model(parts)),
  });
const free: ModelParts = { inputs: [declared("images", ["N", 3, "H", "W"])] };

test("images of a size left open are as high and wide as the study says", async () => {
  const shapeFor = async (imageSize: string | number) => (await open({ imageSize }, free)).backbone.network.inputShape;
  expect(await shapeFor("6x9")).toEqual([3, 6, 9]);
  expect(await shapeFor(7)).toEqual([3, 7, 7]);
  await expect(open({ imageSize: "6x4" })).rejects.toThrow(
    new ConfigError("imageSize: expected none beside a.onnx, which takes images of 4x4, got 6x4. Leave it out."),
  );
  expect((await open({ imageSize: "4x4" })).backbone.network.inputShape).toEqual([3, 4, 4]);
});

test("another size than pixels is refused", () => {
  expect(() => resolveStudy({ imageSize: "6x" })).toThrow(
    new ConfigError(
      'study: imageSize: expected a side from 1 to 4096 pixels, or height x width such as "96x128", got "6x".',
    ),
  );
});

test("the order of colours is the study's where the file says none, and then the report's", async () => {
  const layersOf = async (fields: StudyInput): Promise<string[]> =>
    (await open(fields)).backbone.network.layers.map(({ description }) => description);
  expect((await layersOf({ channelOrder: "bgr" }))[0]).not.toBe((await layersOf({}))[0]);
  expect(await layersOf({ channelOrder: "rgb" })).toEqual(await layersOf({}));
  expect((await open({ channelOrder: "bgr" })).backbone.provenance).toBe(
    "read from a.onnx, which is fed blue, green and red",
  );
});

test("the order of colours is refused where it is known, or nobody's", async () => {
  const format = [[1, "Image.BitmapPixelFormat"], [2, "Bgr8"]] as const; // prettier-ignore
  const bytes = written([...model(), [14, format]]);
  const config = resolveStudy({ target: "photos", source: path, channelOrder: "rgb" });
  await expect(openBackbone(config, { path, entry: null, beside: null, bytes })).rejects.toThrow(
    new ConfigError(
      "channelOrder: expected none beside a.onnx, which is known to take BGR images, got rgb. Leave it out.",
    ),
  );
  const own = await openBackbone({ ...config, channelOrder: null }, { path, entry: null, beside: null, bytes });
  expect(own.backbone.provenance).toContain("blue, green and red");
  expect(() => resolveStudy({ channelOrder: "bgr" })).toThrow(
    new ConfigError("channelOrder: expected none without a trained network as the source, got bgr. Leave it out."),
  );
});

test("photographs get the network's size as the study says, or as is known from its metadata and from beside it", async () => {
  const beside = { interpolation: "bicubic", cropShare: 0.5, source: "config.json beside it says" } as const;
  const preparationOf = async (fields: StudyInput, bytes = written(model())): Promise<object> =>
    (
      await openBackbone(resolveStudy({ target: "photos", source: path, ...fields }), {
        path,
        entry: null,
        beside,
        bytes,
      })
    ).preparation;
  // the model takes 4x4
  expect((await open({})).preparation).toEqual({ fit: "cover" });
  expect(await preparationOf({})).toEqual({ fit: "cover", resizeShorter: 8, interpolation: "bicubic" });
  expect(await preparationOf({ cropShare: 0.8, interpolation: "bilinear" })).toEqual({
    fit: "cover",
    resizeShorter: 5,
  });
  expect(await preparationOf({ fit: "fill" })).toEqual({ fit: "fill", interpolation: "bicubic" });
  const metadata = [[1, "resizeShorter"], [2, "6"]] as const; // prettier-ignore
  expect(await preparationOf({}, written([...model(), [14, metadata]]))).toEqual({
    fit: "cover",
    resizeShorter: 6,
    interpolation: "bicubic",
  });
  await expect(open({ fit: "fill", cropShare: 0.5 })).rejects.toThrow(
    new ConfigError("cropShare: expected none with fit fill, which cuts nothing, got 0.5. Leave it out."),
  );
});
