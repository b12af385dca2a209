import { describe, expect, test } from "vitest";
import { shorterSideFor } from "../preparation.ts";
import { preparationFiles } from "./preparation-files.ts";

const { "preprocessor_config.json": ofHub, "config.json": ofTimm } = preparationFiles;

describe("an image processor of the Hub", () => {
  test("says filter, shorter side and pixels", () => {
    expect(
      ofHub({
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
        size: { shortest_edge: 256 },
        resample: 3,
        rescale_factor: 1 / 255,
        image_mean: [0.485, 0.456, 0.406],
        image_std: [0.229, 0.224, 0.225],
      }),
    ).toEqual({
      interpolation: "bicubic",
      shorterSide: 256,
      normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    });
  });

  test.each([
    [
      { size: 224, crop_pct: 0.875, resample: 2 },
      { interpolation: "bilinear", cropShare: 0.875 },
    ],
    // squeezed rather than cut, which is left to the study's fit
    [{ size: { height: 224, width: 224 }, resample: 2 }, { interpolation: "bilinear" }],
    [{ size: 256, do_center_crop: false }, {}],
    // pixels from 0 to 2, of mean 1 and deviation 1, are (x - 0.5) / 0.5 of those from 0 to 1
    [{ rescale_factor: 2 / 255, image_mean: [1], image_std: [1] }, { normalization: { mean: [0.5], std: [0.5] } }],
    [{ do_normalize: false, image_mean: [0.5], image_std: [0.5] }, {}],
  ])("%j", (content, preparation) => {
    expect(ofHub(content)).toEqual(preparation);
  });

  test("that wants another filter is refused", () => {
    expect(() => ofHub({ resample: 0 })).toThrow("expected 2 (bilinear) or 3 (bicubic)");
  });
});

describe("settings of timm", () => {
  const settings = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], crop_pct: 0.9, interpolation: "bicubic" };
  const preparation = {
    interpolation: "bicubic",
    cropShare: 0.9,
    normalization: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  };

  test("are read from their own field and from the top", () => {
    expect(ofTimm({ architecture: "vit_tiny_patch16_224", pretrained_cfg: settings })).toEqual(preparation);
    expect(ofTimm(settings)).toEqual(preparation);
  });

  test("are not what other files of the name hold", () => {
    expect(ofTimm({ model_type: "resnet", hidden_sizes: [64] })).toBeNull();
    expect(ofTimm([1, 2])).toBeNull();
  });
});

test("a share is a length for images of so many pixels, cut to a whole number as timm has it", () => {
  expect([0.875, 0.9, 0.95, 1].map((cropShare) => shorterSideFor({ cropShare }, 224))).toEqual([256, 248, 235, 224]);
  expect(shorterSideFor({ shorterSide: 232, cropShare: 0.5 }, 224)).toBe(232);
  expect(shorterSideFor({}, 224)).toBeUndefined();
});
