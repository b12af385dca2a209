/** @file MobileNetV2 for small images. */

import type { Shape } from "../core/index.ts";
import {
  type Conv2dOptions,
  type Layer,
  type Network,
  activation,
  add,
  batchNorm,
  conv2d,
  dense,
  dropout,
  globalAveragePool,
  sequence,
} from "../engine/nn/index.ts";

/** Blocks of one shape in a row. */
export interface MobileNetStage {
  /** Channels inside a block, as a multiple of those that go in. */
  readonly expansion: number;
  /** Channels that come out, at width 1. */
  readonly filters: number;
  readonly blocks: number;
  /** Of the first block; the others have 1. */
  readonly stride: number;
}

/** Sandler et al. 2018, table 2, with the second stage's stride at 1. */
const SMALL_IMAGE_STAGES: readonly MobileNetStage[] = [
  { expansion: 1, filters: 16, blocks: 1, stride: 1 },
  { expansion: 6, filters: 24, blocks: 2, stride: 1 },
  { expansion: 6, filters: 32, blocks: 3, stride: 2 },
  { expansion: 6, filters: 64, blocks: 4, stride: 2 },
  { expansion: 6, filters: 96, blocks: 3, stride: 1 },
  { expansion: 6, filters: 160, blocks: 3, stride: 2 },
  { expansion: 6, filters: 320, blocks: 1, stride: 1 },
];
const STEM_FILTERS = 32;
const LAST_FILTERS = 1280;
const DROPOUT = 0.2;

export interface MobileNetV2Options {
  inputShape: Shape;
  numClasses: number;
  /** Multiplies the channels of every layer but, below 1, the last convolution. */
  width?: number;
  stages?: readonly MobileNetStage[];
  /** Channels of the last convolution at width 1. */
  lastFilters?: number;
}

/**
 * Conv 32 → 17 inverted residual blocks → Conv 1x1, 1280 → mean → Dropout 0.2 → Dense.
 *
 * A block is one layer: expand by 1x1, filter each channel by 3x3, project by 1x1 without activation, added to its
 * input where shapes agree; batch norm after every convolution, ReLU6. For images of about 32x32: the strides of the
 * first convolution and of the second stage are 1 instead of 2. Convolutions start He-normal in their inputs.
 *
 * Source: Sandler et al. 2018, arXiv:1801.04381; small-image form as in github.com/chenyaofo/pytorch-cifar-models,
 * parameter names as there and in torchvision.
 */
export function mobileNetV2({
  inputShape,
  numClasses,
  width = 1,
  stages = SMALL_IMAGE_STAGES,
  lastFilters = LAST_FILTERS,
}: MobileNetV2Options): Network {
  const blocks = stages.flatMap(({ expansion, filters, blocks: count, stride }) =>
    Array.from({ length: count }, (_, block) => ({
      expansion,
      filters: scaledFilters(filters, width),
      stride: block === 0 ? stride : 1,
    })),
  );
  const stem = scaledFilters(STEM_FILTERS, width);
  return {
    name: width === 1 ? "mobilenet-v2" : `mobilenet-v2-x${width}`,
    inputShape,
    layers: [
      convolutionUnit("features.0", { filters: stem }),
      ...blocks.map((block, index) => {
        const inputs = index === 0 ? stem : blocks[index - 1].filters;
        return invertedResidual(`features.${index + 1}`, { ...block, inputs });
      }),
      convolutionUnit(`features.${blocks.length + 1}`, {
        filters: scaledFilters(lastFilters, Math.max(1, width)),
        kernel: 1,
      }),
      globalAveragePool("pool"),
      dropout("classifier.0", DROPOUT),
      dense("classifier.1", { units: numClasses }),
    ],
  };
}

interface BlockOptions {
  inputs: number;
  expansion: number;
  filters: number;
  stride: number;
}

function invertedResidual(name: string, { inputs, expansion, filters, stride }: BlockOptions): Layer {
  const inside = inputs * expansion;
  const units = [
    ...(expansion === 1 ? [] : [convolutionUnit("0", { filters: inside, kernel: 1 })]),
    convolutionUnit(expansion === 1 ? "0" : "1", { filters: inside, stride, groups: inside }),
  ];
  const body = sequence("conv", [
    ...units,
    convolution(String(units.length), { filters, kernel: 1 }),
    batchNorm(String(units.length + 1)),
  ]);
  return stride === 1 && inputs === filters ? add(name, [[body], []]) : sequence(name, [body]);
}

function convolutionUnit(name: string, options: Conv2dOptions): Layer {
  return sequence(name, [convolution("0", options), batchNorm("1"), activation("2", "relu6")]);
}

function convolution(name: string, options: Conv2dOptions): Layer {
  return conv2d(name, { ...options, bias: false, initializer: "heNormal" });
}

/** Filters times width as the nearest multiple of 8, never less than nine tenths of it. */
function scaledFilters(filters: number, width: number): number {
  const wanted = filters * width;
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}
