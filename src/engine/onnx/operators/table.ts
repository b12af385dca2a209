/** @file The operator table: every operator Graft can build, by domain and name. */

import type { Operator } from "../operator.ts";
import { BLOCKED_DOMAIN, blockedOperators } from "./blocked.ts";
import { einsumOperators } from "./einsum.ts";
import { elementwiseOperators } from "./elementwise.ts";
import { layoutOperators } from "./layout.ts";
import { matrixOperators, microsoftMatrixOperators } from "./matrices.ts";
import { reductionOperators } from "./reductions.ts";
import { resamplingOperators } from "./resampling.ts";
import { GRAFT_DOMAIN, trainingOperators } from "./training.ts";
import { windowOperators } from "./windows.ts";

/** Standard operators at opset 17. */
export const standardOperators = {
  ...elementwiseOperators,
  ...layoutOperators,
  ...matrixOperators,
  ...einsumOperators,
  ...reductionOperators,
  ...resamplingOperators,
  ...windowOperators,
} as const;

/** onnxruntime's own operators, of its standard builds. */
export const microsoftOperators = { ...microsoftMatrixOperators } as const;

export type StandardOperatorName = keyof typeof standardOperators;

/** The operators of each domain. */
export const operatorsByDomain: Readonly<Record<string, Readonly<Record<string, Operator>>>> = {
  "": standardOperators,
  "com.microsoft": microsoftOperators,
  [BLOCKED_DOMAIN]: blockedOperators,
  [GRAFT_DOMAIN]: trainingOperators,
};
