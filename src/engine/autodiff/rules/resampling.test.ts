/** @file Gradients of resampling against central differences. */

import { type GradientCase, testGradients } from "../../../../test/support/check-gradient.ts";
import type { Shape } from "../../../core/index.ts";
import type { RawAttribute } from "../../onnx/index.ts";
import { resamplingRules } from "./resampling.ts";

type Attributes = Readonly<Record<string, RawAttribute>>;

const toSizes = (
  title: string,
  shape: Shape,
  { sizes, ...attributes }: Attributes & { sizes: Shape },
): GradientCase => ({
  title,
  inputs: [shape],
  build: (g, [x]) => g.op("Resize", [x, null, null, g.ints(sizes)], attributes),
});
const byScales = (title: string, shape: Shape, scales: readonly number[], attributes: Attributes): GradientCase => ({
  title,
  inputs: [shape],
  build: (g, [x]) => g.op("Resize", [x, null, g.floats(scales)], attributes),
});

const pytorch = { mode: "linear", coordinate_transformation_mode: "pytorch_half_pixel" };
const asymmetric = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };

testGradients(resamplingRules, {
  Resize: [
    byScales("nearest, twice as large", [2, 2, 2, 3], [1, 1, 2, 2], asymmetric),
    byScales("nearest, by a scale that divides nothing", [1, 1, 3, 4], [1, 1, 1.7, 0.6], asymmetric),
    toSizes("nearest, rounded to the lower neighbour", [1, 2, 3, 3], { mode: "nearest", sizes: [1, 2, 5, 2] }),
    toSizes("nearest, rounded up", [1, 1, 4], { mode: "nearest", nearest_mode: "ceil", sizes: [1, 1, 6] }),
    toSizes("linear, larger", [2, 2, 2, 3], { mode: "linear", sizes: [2, 2, 5, 6] }),
    toSizes("linear, smaller, as PyTorch has it", [1, 2, 5, 4], { ...pytorch, sizes: [1, 2, 3, 1] }),
    toSizes("linear, with corners aligned", [1, 1, 3, 2], {
      mode: "linear",
      coordinate_transformation_mode: "align_corners",
      sizes: [1, 1, 5, 4],
    }),
    toSizes("cubic", [1, 1, 5, 4], { mode: "cubic", cubic_coeff_a: -0.5, sizes: [1, 1, 7, 6] }),
    toSizes("cubic, with nothing outside", [1, 1, 4, 4], { mode: "cubic", exclude_outside: 1, sizes: [1, 1, 6, 3] }),
    toSizes("one axis alone", [2, 1, 3, 2], { mode: "linear", sizes: [2, 1, 6, 2] }),
  ],
});
