/** @file Which operators have a lowering that knows of blocked images. */

import { GRAFT_DOMAIN } from "../../onnx/index.ts";
import type { BlockedLowering } from "../context.ts";
import { conv, convGradInput } from "./conv.ts";
import { convGradWeight } from "./conv-grad-weight.ts";
import { elementwise } from "./elementwise.ts";
import { maxPool, maxPoolGrad } from "./max-pool.ts";
import { relu, reluGrad } from "./relu.ts";
import { channelSum } from "./reductions.ts";

/** By domain and operator; all others run on plain values. */
export const blockedLowerings: Readonly<Record<string, Readonly<Record<string, BlockedLowering>>>> = {
  "": {
    Add: elementwise,
    Conv: conv,
    Div: elementwise,
    MaxPool: maxPool,
    Mul: elementwise,
    ReduceSum: channelSum,
    Relu: relu,
    Sub: elementwise,
  },
  [GRAFT_DOMAIN]: {
    ConvGradInput: convGradInput,
    ConvGradWeight: convGradWeight,
    MaxPoolGrad: maxPoolGrad,
    ReluGrad: reluGrad,
  },
};
