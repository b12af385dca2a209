/** @file The networks that are measured: those of studies at 32 pixels, and five that people train on photographs, at 224. */

import { lookUp } from "../../src/core/index.ts";
import {
  type Conv2dOptions,
  type Layer,
  type Network,
  activation,
  add,
  batchNorm,
  conv2d,
  dense,
  globalAveragePool,
  maxPool2d,
  sequence,
} from "../../src/engine/nn/index.ts";
import { architectures, mobileNetV2 } from "../../src/models/index.ts";
import { attention, channelNorm, layerNorm, layerScale, linear, meanToken, positions, tokens } from "./token-layers.ts";

/** Outputs of every network that is measured. */
export const NUM_CLASSES = 10;
const SMALL = [3, 32, 32];
const PHOTO = [3, 224, 224];

/** Sandler et al. 2018, table 2. */
const MOBILENET_STAGES = [
  { expansion: 1, filters: 16, blocks: 1, stride: 1 },
  { expansion: 6, filters: 24, blocks: 2, stride: 2 },
  { expansion: 6, filters: 32, blocks: 3, stride: 2 },
  { expansion: 6, filters: 64, blocks: 4, stride: 2 },
  { expansion: 6, filters: 96, blocks: 3, stride: 1 },
  { expansion: 6, filters: 160, blocks: 3, stride: 2 },
  { expansion: 6, filters: 320, blocks: 1, stride: 1 },
];
/** Width and blocks of each stage of the smallest ConvNeXt ("atto"). */
const CONVNEXT_STAGES = [
  { filters: 40, blocks: 2 },
  { filters: 80, blocks: 2 },
  { filters: 160, blocks: 6 },
  { filters: 320, blocks: 2 },
];
const VIT = { width: 192, depth: 12, heads: 3, patch: 16 };

/** Networks for photographs by name; `networks.py` has the same, layer for layer. */
const photoNetworks = {
  "resnet18-224": () => resNet([2, 2, 2, 2], basicBody),
  "resnet50-224": () => resNet([3, 4, 6, 3], bottleneckBody),
  "mobilenet-v2-224": mobileNet,
  "convnext-atto-224": convNeXt,
  "vit-tiny-224": visionTransformer,
} as const satisfies Record<string, () => Layer[]>;

/** Networks for photographs by name. */
export const photoNetworkNames = Object.keys(photoNetworks) as (keyof typeof photoNetworks)[];

const makers: Readonly<Record<string, () => Network>> = {
  ...Object.fromEntries(
    Object.entries(architectures).map(([name, make]) => [
      name,
      () => make({ inputShape: SMALL, numClasses: NUM_CLASSES }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(photoNetworks).map(([name, layers]) => [
      name,
      () => ({ name, inputShape: PHOTO, layers: layers() }),
    ]),
  ),
};

/** @throws ConfigError if there is no network of that name. */
export function benchNetwork(name: string): Network {
  return lookUp(makers, name, "--network")();
}

/** Convolution without bias and batch normalization. */
function normalized(name: string, options: Conv2dOptions): Layer {
  return sequence(name, [conv2d("conv", { ...options, bias: false, initializer: "heNormal" }), batchNorm("norm")]);
}

/** What a residual block adds to its shortcut. */
type Body = (options: { width: number; stride: number }) => { layers: Layer[]; filters: number };

/** Source: He et al. 2015, arXiv:1512.03385; in bottlenecks the 3x3 convolution has the stride, as torchvision does. */
function resNet(blocks: readonly number[], body: Body): Layer[] {
  let channels = 64;
  const stages = blocks.flatMap((count, stage) =>
    Array.from({ length: count }, (_, block) => {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const { layers, filters } = body({ width: 64 * 2 ** stage, stride });
      const shortcut = filters === channels ? [] : [normalized("shortcut", { filters, kernel: 1, stride })];
      channels = filters;
      return add(`layer${stage + 1}.${block}`, [layers, shortcut], { activation: "relu" });
    }),
  );
  return [
    normalized("stem", { filters: 64, kernel: 7, stride: 2 }),
    activation("relu", "relu"),
    maxPool2d("pool", { size: 3, stride: 2, padding: 1 }),
    ...stages,
    globalAveragePool("mean"),
    dense("head", { units: NUM_CLASSES }),
  ];
}

function basicBody({ width, stride }: { width: number; stride: number }): ReturnType<Body> {
  const layers = [
    normalized("1", { filters: width, stride }),
    activation("relu", "relu"),
    normalized("2", { filters: width }),
  ];
  return { layers, filters: width };
}

function bottleneckBody({ width, stride }: { width: number; stride: number }): ReturnType<Body> {
  const layers = [
    normalized("1", { filters: width, kernel: 1 }),
    activation("relu1", "relu"),
    normalized("2", { filters: width, stride }),
    activation("relu2", "relu"),
    normalized("3", { filters: 4 * width, kernel: 1 }),
  ];
  return { layers, filters: 4 * width };
}

/** Graft's own for small images, with the strides of the paper. */
function mobileNet(): Layer[] {
  const [, ...layers] = mobileNetV2({ inputShape: PHOTO, numClasses: NUM_CLASSES, stages: MOBILENET_STAGES }).layers;
  const stem = [normalized("unit", { filters: 32, stride: 2 }), activation("relu6", "relu6")];
  return [sequence("stem", stem), ...layers];
}

/** Source: Liu et al. 2022, arXiv:2201.03545; dense layers inside a block as 1x1 convolutions. */
function convNeXt(): Layer[] {
  const stages = CONVNEXT_STAGES.flatMap(({ filters, blocks }, stage) => [
    ...(stage === 0
      ? [conv2d("stem", { filters, kernel: 4, stride: 4, padding: 0 }), channelNorm("stem-norm")]
      : [channelNorm(`norm${stage}`), conv2d(`down${stage}`, { filters, kernel: 2, stride: 2, padding: 0 })]),
    ...Array.from({ length: blocks }, (_, block) => {
      const body = [
        conv2d("depthwise", { filters, kernel: 7, groups: filters }),
        channelNorm("norm"),
        conv2d("expand", { filters: 4 * filters, kernel: 1 }),
        activation("gelu", "gelu"),
        conv2d("project", { filters, kernel: 1 }),
        layerScale("scale"),
      ];
      return add(`stage${stage}.${block}`, [body, []]);
    }),
  ]);
  return [...stages, globalAveragePool("mean"), layerNorm("norm"), dense("head", { units: NUM_CLASSES })];
}

/** Source: Dosovitskiy et al. 2020, arXiv:2010.11929; the mean of all tokens instead of one more token. */
function visionTransformer(): Layer[] {
  const { width, depth, heads, patch } = VIT;
  const blocks = Array.from({ length: depth }, (_, block) =>
    sequence(`block${block}`, [
      add("mix", [
        [layerNorm("norm"), linear("qkv", 3 * width), attention("attention", heads), linear("out", width)],
        [],
      ]),
      add("mlp", [
        [layerNorm("norm"), linear("expand", 4 * width), activation("gelu", "gelu"), linear("project", width)],
        [],
      ]),
    ]),
  );
  return [
    conv2d("patches", { filters: width, kernel: patch, stride: patch, padding: 0 }),
    tokens("tokens"),
    positions("positions"),
    ...blocks,
    layerNorm("norm"),
    meanToken("mean"),
    dense("head", { units: NUM_CLASSES }),
  ];
}
