/** @file Residual networks for small images. */

import type { Shape } from "../core/index.ts";
import {
  type Layer,
  type Network,
  activation,
  add,
  batchNorm,
  conv2d,
  dense,
  globalAveragePool,
  paddedShortcut,
} from "../engine/nn/index.ts";

/** Channels of the three stages; the second and the third halve the image. */
const STAGES = [16, 32, 64];

export interface CifarResNetOptions {
  inputShape: Shape;
  numClasses: number;
  /** Residual blocks in each of the three stages: 3, 5 and 9 for 20, 32 and 56 layers. */
  blocksPerStage: number;
}

/**
 * Conv 16 → three stages of residual blocks with 16, 32 and 64 channels → mean → Dense; batch norm after every convolution.
 *
 * A block is one layer: two 3x3 convolutions added to its input, ReLU after the sum. Where a block changes shapes its
 * shortcut keeps every second pixel and adds zero channels ("option A"), so it has no parameters. Parameter names are
 * those of the PyTorch port, whose weights therefore load as they are. Weights start He-normal, as published.
 *
 * Source: He et al. 2015, arXiv:1512.03385, section 4.2; names as in github.com/akamaster/pytorch_resnet_cifar10.
 */
export function cifarResNet({ inputShape, numClasses, blocksPerStage }: CifarResNetOptions): Network {
  return {
    name: `resnet-${6 * blocksPerStage + 2}`,
    inputShape,
    layers: [
      convolution("conv1", { filters: STAGES[0], stride: 1 }),
      batchNorm("bn1"),
      activation("relu", "relu"),
      ...STAGES.flatMap((filters, stage) =>
        Array.from({ length: blocksPerStage }, (_, block) =>
          residualBlock(`layer${stage + 1}.${block}`, { filters, changesShape: stage > 0 && block === 0 }),
        ),
      ),
      globalAveragePool("pool"),
      dense("linear", { units: numClasses, initializer: "heNormal" }),
    ],
  };
}

function residualBlock(name: string, { filters, changesShape }: { filters: number; changesShape: boolean }): Layer {
  const stride = changesShape ? 2 : 1;
  const main = [
    convolution("conv1", { filters, stride }),
    batchNorm("bn1"),
    activation("relu", "relu"),
    convolution("conv2", { filters, stride: 1 }),
    batchNorm("bn2"),
  ];
  return add(name, [main, changesShape ? [paddedShortcut("shortcut", { filters, stride })] : []], {
    activation: "relu",
  });
}

function convolution(name: string, shape: { filters: number; stride: number }): Layer {
  return conv2d(name, { ...shape, bias: false, initializer: "heNormal" });
}
