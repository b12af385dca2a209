/** @file Which operators have a lowering that knows of blocked images. */

import { GRAFT_DOMAIN } from "../../onnx/index.ts";
import type { BlockedLowering } from "../context.ts";
import { add, clip, relu } from "./affine-readers.ts";
import { batchNormGrad, batchNormTraining } from "./batch-norm.ts";
import { convGradWeight } from "./convolutions/conv-grad-weight.ts";
import { conv, convGradInput } from "./convolutions/conv.ts";
import { elementwise, expand } from "./elementwise.ts";
import { averagePool, globalAveragePool, maxPool, maxPoolGrad } from "./pooling.ts";
import { channelMean, channelSum, mul } from "./reductions.ts";
import { reluGrad } from "./relu.ts";
import { pad, slice, sliceGrad } from "./slices.ts";

const elementwiseTypes = `
  Sub Div Pow Max Min Sum Mean Neg Abs Sign Exp Log Sqrt Reciprocal Erf Sin Cos Tanh Sigmoid Softplus Softsign
  Identity LeakyRelu Elu Selu HardSigmoid HardSwish Cast Where And Or Not
  Equal Greater GreaterOrEqual Less LessOrEqual`;

/** By domain and operator; all others run on plain values. */
export const blockedLowerings: Readonly<Record<string, Readonly<Record<string, BlockedLowering>>>> = {
  "": {
    ...Object.fromEntries(
      elementwiseTypes
        .trim()
        .split(/\s+/)
        .map((opType) => [opType, elementwise]),
    ),
    Add: add,
    AveragePool: averagePool,
    Clip: clip,
    Conv: conv,
    Expand: expand,
    GlobalAveragePool: globalAveragePool,
    MaxPool: maxPool,
    Mul: mul,
    Pad: pad,
    ReduceMean: channelMean,
    ReduceSum: channelSum,
    Relu: relu,
    Slice: slice,
  },
  [GRAFT_DOMAIN]: {
    BatchNormGrad: batchNormGrad,
    BatchNormTraining: batchNormTraining,
    ConvGradInput: convGradInput,
    ConvGradWeight: convGradWeight,
    MaxPoolGrad: maxPoolGrad,
    ReluGrad: reluGrad,
    SliceGrad: sliceGrad,
  },
};
