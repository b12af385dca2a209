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
  sequence,
} from "../engine/nn/index.ts";

/** Channels of the three stages; the second and the third halve the image. */
const STAGES = [16, 32, 64];

export interface CifarResNetOptions {
  inputShape: Shape;
  numClasses: number;
  /** Residual blocks in each of the three stages: 3, 5 and 9 for 20, 32 and 56 layers. */
  blocksPerStage: number;
  /**
   * Past a block that changes shapes: "padded" keeps every second pixel and adds zero channels ("option A" of the
   * paper), "projected" is a 1x1 convolution with batch norm ("option B"). "padded" by default.
   */
  shortcut?: ResidualShortcut;
}

/** What goes past a residual block that changes shapes. */
export type ResidualShortcut = "padded" | "projected";

/**
 * Conv 16 → three stages of residual blocks with 16, 32 and 64 channels → mean → Dense; batch norm after every convolution.
 *
 * A block is one layer: two 3x3 convolutions added to its input, ReLU after the sum. A padded shortcut has no
 * parameters. Parameter names are those of the PyTorch ports, whose weights therefore load as they are. Weights start
 * He-normal, as published.
 *
 * Source: He et al. 2015, arXiv:1512.03385, section 4.2; names as in github.com/akamaster/pytorch_resnet_cifar10,
 * projections as in github.com/chenyaofo/pytorch-cifar-models.
 */
export function cifarResNet({
  inputShape,
  numClasses,
  blocksPerStage,
  shortcut = "padded",
}: CifarResNetOptions): Network {
  return {
    name: `resnet-${6 * blocksPerStage + 2}${shortcut === "padded" ? "" : "-projected"}`,
    inputShape,
    layers: [
      convolution("conv1", { filters: STAGES[0], stride: 1 }),
      batchNorm("bn1"),
      activation("relu", "relu"),
      ...STAGES.flatMap((filters, stage) =>
        Array.from({ length: blocksPerStage }, (_, block) =>
          residualBlock(`layer${stage + 1}.${block}`, {
            filters,
            shortcut: stage > 0 && block === 0 ? shortcut : undefined,
          }),
        ),
      ),
      globalAveragePool("pool"),
      dense("linear", { units: numClasses, initializer: "heNormal" }),
    ],
  };
}

/** A block that changes shapes has a shortcut, the others add their input itself. */
function residualBlock(
  name: string,
  { filters, shortcut }: { filters: number; shortcut: ResidualShortcut | undefined },
): Layer {
  const stride = shortcut === undefined ? 1 : 2;
  const main = [
    convolution("conv1", { filters, stride }),
    batchNorm("bn1"),
    activation("relu", "relu"),
    convolution("conv2", { filters, stride: 1 }),
    batchNorm("bn2"),
  ];
  return add(name, [main, shortcut === undefined ? [] : [shortcuts[shortcut](filters, stride)]], {
    activation: "relu",
  });
}

const shortcuts = {
  padded: (filters, stride) => paddedShortcut("shortcut", { filters, stride }),
  projected: (filters, stride) =>
    sequence("downsample", [
      conv2d("0", { filters, stride, kernel: 1, bias: false, initializer: "heNormal" }),
      batchNorm("1"),
    ]),
} satisfies Record<ResidualShortcut, (filters: number, stride: number) => Layer>;

function convolution(name: string, shape: { filters: number; stride: number }): Layer {
  return conv2d(name, { ...shape, bias: false, initializer: "heNormal" });
}
