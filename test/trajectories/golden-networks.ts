/** @file The networks of the golden training runs, made of Graft's layers under the golden parameter names. */

import type { Shape } from "../../src/core/index.ts";
import {
  type Layer,
  type Network,
  activation,
  add,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  maxPool2d,
} from "../../src/engine/nn/index.ts";
import { cifarResNet, mobileNetV2 } from "../../src/models/index.ts";
import type { GoldenRun } from "../golden/trajectories.ts";

/** A golden run's network, for the images of its data set. */
export type GoldenNetwork = (run: GoldenRun) => Network;

/** Conv 32, Conv 64, pool, Conv 32, Conv 64, pool, Dense 128, dropout, Dense. */
export function classicNetwork({ dataset, dropout: dropped }: GoldenRun): Network {
  if (dropped === undefined) throw new Error("internal: the classic golden run has no dropout");
  return {
    name: "golden-classic",
    inputShape: [dataset.channels, dataset.height, dataset.width],
    layers: [
      conv2d("conv1", { filters: 32 }),
      activation("relu1", "relu"),
      conv2d("conv2", { filters: 64 }),
      activation("relu2", "relu"),
      maxPool2d("pool1"),
      conv2d("conv3", { filters: 32 }),
      activation("relu3", "relu"),
      conv2d("conv4", { filters: 64 }),
      activation("relu4", "relu"),
      maxPool2d("pool2"),
      flatten("flatten"),
      dense("fc1", { units: dropped.units }),
      activation("relu5", "relu"),
      dropout(dropped.layer, dropped.rate),
      dense("fc2", { units: dataset.numClasses }),
    ],
  };
}

/** Conv 8 with batch normalization, an identity block of 8, a downsampling block of 16, mean, Dense. */
export function residualNetwork({ dataset }: GoldenRun): Network {
  return {
    name: "golden-residual",
    inputShape: [dataset.channels, dataset.height, dataset.width],
    layers: [
      conv2d("conv", { filters: 8, bias: false }),
      batchNorm("bn"),
      activation("relu", "relu"),
      add("block1", [mainBranch(8, 1), []]),
      activation("relu1", "relu"),
      add("block2", [
        mainBranch(16, 2),
        [conv2d("shortcut_conv", { filters: 16, kernel: 1, stride: 2, bias: false }), batchNorm("shortcut_bn")],
      ]),
      activation("relu2", "relu"),
      globalAveragePool("mean"),
      dense("fc", { units: dataset.numClasses }),
    ],
  };
}

/** ResNet-20 of the zoo. */
export function resNet20(run: GoldenRun): Network {
  return cifarResNet({ ...optionsOf(run), blocksPerStage: 3 });
}

/** The zoo's MobileNetV2 of half width with three of its blocks: one of each kind, and one with stride 2. */
export function shortMobileNet(run: GoldenRun): Network {
  const stages = [
    { expansion: 1, filters: 16, blocks: 1, stride: 1 },
    { expansion: 6, filters: 24, blocks: 2, stride: 2 },
  ];
  return mobileNetV2({ ...optionsOf(run), width: 0.5, stages, lastFilters: 64 });
}

function optionsOf({ dataset }: GoldenRun): { inputShape: Shape; numClasses: number } {
  const { channels, height, width, numClasses } = dataset;
  return { inputShape: [channels, height, width], numClasses };
}

function mainBranch(filters: number, stride: number): Layer[] {
  return [
    conv2d("conv1", { filters, stride, bias: false }),
    batchNorm("bn1"),
    activation("relu", "relu"),
    conv2d("conv2", { filters, bias: false }),
    batchNorm("bn2"),
  ];
}
