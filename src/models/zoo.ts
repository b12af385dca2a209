/** @file The architectures that a study can name. */

import type { Shape } from "../core/index.ts";
import type { Network } from "../engine/nn/index.ts";
import { cifarResNet } from "./cifar-resnet.ts";
import { classicCnn } from "./classic-cnn.ts";
import { mlp } from "./mlp.ts";
import { mobileNetV2 } from "./mobilenet-v2.ts";

/** Makes a network for an input shape [C, H, W] and a number of classes. */
export type Architecture = (options: { inputShape: Shape; numClasses: number }) => Network;

/** What there is to know of an architecture before one is made. */
export interface ZooEntry {
  readonly make: Architecture;
  /** One line. */
  readonly description: string;
  /** Trained numbers for 32x32 RGB images and ten classes. */
  readonly parameterCount: number;
  /** Where it was published. */
  readonly source: string;
}

const RESNET_SOURCE = "He et al. 2015, arXiv:1512.03385, section 4.2";
const MOBILENET_SOURCE = "Sandler et al. 2018, arXiv:1801.04381; strides for small images as in pytorch-cifar-models";

/** Every architecture by name, described. */
export const zoo = {
  "classic-cnn": {
    make: classicCnn,
    description: "the classic study's four convolutions and two dense layers",
    parameterCount: 582_058,
    source: "a Keras 2.2 study of transfer between the classes of CIFAR-10",
  },
  "resnet-20": {
    make: (options) => cifarResNet({ ...options, blocksPerStage: 3 }),
    description: "residual network of 20 layers for 32x32 images",
    parameterCount: 269_722,
    source: RESNET_SOURCE,
  },
  "resnet-32": {
    make: (options) => cifarResNet({ ...options, blocksPerStage: 5 }),
    description: "residual network of 32 layers for 32x32 images",
    parameterCount: 464_154,
    source: RESNET_SOURCE,
  },
  "resnet-56": {
    make: (options) => cifarResNet({ ...options, blocksPerStage: 9 }),
    description: "residual network of 56 layers for 32x32 images",
    parameterCount: 853_018,
    source: RESNET_SOURCE,
  },
  "mobilenet-v2": {
    make: mobileNetV2,
    description: "inverted residuals with depthwise convolutions, for 32x32 images",
    parameterCount: 2_236_682,
    source: MOBILENET_SOURCE,
  },
  "mobilenet-v2-x0.5": {
    make: (options) => mobileNetV2({ ...options, width: 0.5 }),
    description: "mobilenet-v2 at half its width",
    parameterCount: 700_490,
    source: MOBILENET_SOURCE,
  },
  mlp: {
    make: mlp,
    description: "three dense layers on the flattened image, no convolution",
    parameterCount: 1_841_162,
    source: "the mnist_mlp example of Keras 2",
  },
} as const satisfies Record<string, ZooEntry>;

/** A name in the zoo. */
export type ArchitectureName = keyof typeof zoo;

/** Architectures by name. */
export const architectures = Object.fromEntries(
  Object.entries(zoo).map(([name, { make }]) => [name, make]),
) as Readonly<Record<ArchitectureName, Architecture>>;
