/** @file Gradients of convolutions, lowered, against central differences. */

import { type GradientCase, testGradients } from "../../../../test/support/check-gradient.ts";
import type { Shape } from "../../../core/index.ts";
import type { RawAttribute } from "../../onnx/index.ts";
import { convolutionRules } from "./convolutions.ts";

type Attributes = Readonly<Record<string, RawAttribute>>;

const node =
  (opType: string) =>
  (title: string, inputs: readonly Shape[], attributes: Attributes = {}): GradientCase => ({
    title,
    inputs,
    build: (g, values) => g.op(opType, values, attributes),
  });

const conv = node("Conv");
const convTranspose = node("ConvTranspose");

testGradients(convolutionRules, {
  Conv: [
    conv(
      "same padding",
      [
        [2, 2, 4, 4],
        [3, 2, 3, 3],
      ],
      { pads: [1, 1, 1, 1] },
    ),
    conv("with a bias", [[2, 2, 4, 4], [3, 2, 3, 3], [3]]),
    conv("1x1", [
      [2, 3, 3, 3],
      [2, 3, 1, 1],
    ]),
    conv(
      "1x1 with stride",
      [
        [1, 2, 5, 4],
        [2, 2, 1, 1],
      ],
      { strides: [2, 2] },
    ),
    conv(
      "stride 2, all of the input reached",
      [
        [1, 2, 5, 5],
        [2, 2, 3, 3],
      ],
      { strides: [2, 2] },
    ),
    conv(
      "stride 2, the last row and column not reached",
      [
        [1, 2, 6, 6],
        [2, 2, 3, 3],
      ],
      { strides: [2, 2] },
    ),
    conv(
      "stride 3 over kernel 2, gaps between windows",
      [
        [1, 1, 7, 8],
        [2, 1, 2, 2],
      ],
      { strides: [3, 3] },
    ),
    conv(
      "stride 2 on one axis",
      [
        [1, 2, 5, 6],
        [2, 2, 3, 2],
      ],
      { strides: [1, 2], pads: [1, 0, 1, 1] },
    ),
    conv(
      "asymmetric padding",
      [
        [1, 2, 4, 5],
        [2, 2, 3, 3],
      ],
      { pads: [0, 2, 1, 0] },
    ),
    conv(
      "asymmetric padding and stride",
      [
        [1, 2, 4, 5],
        [2, 2, 3, 3],
      ],
      { pads: [0, 1, 2, 1], strides: [2, 2] },
    ),
    conv(
      "padding as wide as the kernel",
      [
        [1, 1, 3, 3],
        [2, 1, 2, 2],
      ],
      { pads: [2, 2, 2, 2] },
    ),
    conv(
      "padding as wide as the kernel, with stride",
      [
        [1, 1, 4, 3],
        [2, 1, 2, 2],
      ],
      { pads: [2, 2, 2, 2], strides: [2, 2] },
    ),
    conv(
      "dilation",
      [
        [1, 2, 6, 6],
        [2, 2, 3, 3],
      ],
      { dilations: [2, 2] },
    ),
    conv(
      "dilation, padding and stride",
      [
        [1, 2, 7, 6],
        [2, 2, 3, 2],
      ],
      { dilations: [2, 3], pads: [1, 1, 2, 1], strides: [2, 1] },
    ),
    conv("two groups", [[2, 4, 4, 4], [6, 2, 3, 3], [6]], { group: 2, pads: [1, 1, 1, 1] }),
    conv(
      "two groups with stride",
      [
        [1, 4, 5, 5],
        [2, 2, 3, 3],
      ],
      { group: 2, strides: [2, 2], pads: [1, 1, 1, 1] },
    ),
    conv(
      "depthwise",
      [
        [2, 3, 4, 4],
        [3, 1, 3, 3],
      ],
      { group: 3, pads: [1, 1, 1, 1] },
    ),
    conv(
      "depthwise with stride",
      [
        [1, 3, 5, 5],
        [3, 1, 3, 3],
      ],
      { group: 3, strides: [2, 2], pads: [1, 1, 1, 1] },
    ),
    conv(
      "depthwise with two outputs a channel",
      [
        [1, 2, 4, 4],
        [4, 1, 3, 3],
      ],
      { group: 2 },
    ),
    conv(
      "non-square input and kernel",
      [
        [1, 2, 3, 7],
        [2, 2, 1, 5],
      ],
      { pads: [0, 2, 0, 2] },
    ),
    conv("kernel as large as the input", [
      [2, 2, 3, 4],
      [3, 2, 3, 4],
    ]),
    conv(
      "kernel_shape said out loud",
      [
        [1, 1, 4, 4],
        [1, 1, 2, 2],
      ],
      { kernel_shape: [2, 2] },
    ),
    conv(
      "SAME_UPPER, even kernel",
      [
        [1, 2, 5, 4],
        [2, 2, 2, 2],
      ],
      { auto_pad: "SAME_UPPER" },
    ),
    conv(
      "SAME_UPPER with stride",
      [
        [1, 2, 6, 5],
        [2, 2, 3, 3],
      ],
      { auto_pad: "SAME_UPPER", strides: [2, 2] },
    ),
    conv(
      "SAME_LOWER, even kernel",
      [
        [1, 2, 5, 4],
        [2, 2, 2, 2],
      ],
      { auto_pad: "SAME_LOWER" },
    ),
    conv(
      "SAME_LOWER with stride",
      [
        [1, 2, 6, 5],
        [2, 2, 3, 3],
      ],
      { auto_pad: "SAME_LOWER", strides: [2, 2] },
    ),
    conv(
      "VALID",
      [
        [1, 2, 5, 4],
        [2, 2, 2, 2],
      ],
      { auto_pad: "VALID" },
    ),
    conv("over one axis", [[2, 2, 6], [3, 2, 3], [3]], { strides: [2], pads: [1, 1] }),
    conv(
      "over one axis, dilated",
      [
        [1, 2, 7],
        [2, 2, 3],
      ],
      { dilations: [2], pads: [2, 2] },
    ),
    conv("one image of one pixel", [
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ]),
    {
      title: "one kernel used twice",
      inputs: [
        [1, 2, 4, 4],
        [2, 2, 3, 3],
      ],
      build: (g, [x, weight]) => g.conv(g.conv(x, weight, { pads: [1, 1, 1, 1] }), weight, {}),
    },
  ],
  ConvTranspose: [
    convTranspose("by default", [
      [1, 2, 3, 3],
      [2, 3, 3, 3],
    ]),
    convTranspose("with a bias", [[2, 2, 3, 3], [2, 3, 2, 2], [3]]),
    convTranspose(
      "with stride and padding",
      [
        [1, 2, 3, 4],
        [2, 2, 3, 3],
      ],
      { strides: [2, 2], pads: [1, 0, 0, 1] },
    ),
    convTranspose(
      "with output padding",
      [
        [1, 2, 3, 3],
        [2, 2, 3, 3],
      ],
      { strides: [2, 3], output_padding: [1, 2], pads: [1, 1, 1, 1] },
    ),
    convTranspose(
      "in two groups",
      [
        [1, 4, 3, 3],
        [4, 2, 2, 2],
      ],
      { group: 2, strides: [2, 2] },
    ),
    convTranspose(
      "dilated",
      [
        [1, 2, 3, 3],
        [2, 1, 2, 2],
      ],
      { dilations: [2, 2] },
    ),
    convTranspose(
      "over one axis",
      [
        [1, 2, 4],
        [2, 3, 3],
      ],
      { strides: [2] },
    ),
  ],
});
