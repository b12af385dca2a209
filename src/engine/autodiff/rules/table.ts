/** @file The table of gradient rules. An operator is here, or not differentiable, or an error when differentiated. */

import type { GradientRule } from "../rule.ts";
import { GRAFT_DOMAIN } from "../../onnx/index.ts";
import { convolutionRules } from "./convolutions.ts";
import { elementwiseRules } from "./elementwise.ts";
import { layoutRules } from "./layout.ts";
import { matrixRules } from "./matrices.ts";
import { poolingRules } from "./pooling.ts";
import { reductionRules } from "./reductions.ts";
import { resamplingRules } from "./resampling.ts";
import { trainingRules } from "./training.ts";

/** Rules by operator name, standard domain. */
export const gradientRules: Readonly<Record<string, GradientRule | undefined>> = {
  ...convolutionRules,
  ...elementwiseRules,
  ...layoutRules,
  ...matrixRules,
  ...poolingRules,
  ...reductionRules,
  ...resamplingRules,
};

/** Rules by domain and operator name. */
export const gradientRulesByDomain: Readonly<Record<string, Readonly<Record<string, GradientRule | undefined>>>> = {
  "": gradientRules,
  [GRAFT_DOMAIN]: trainingRules,
};

/** Operators whose gradient is zero wherever it exists: nothing flows back through them. */
export const notDifferentiable: ReadonlySet<string> = new Set([
  "And",
  "ArgMax",
  "ArgMin",
  "Ceil",
  "Equal",
  "Floor",
  "Greater",
  "GreaterOrEqual",
  "IsNaN",
  "Less",
  "LessOrEqual",
  "Not",
  "OneHot",
  "Or",
  "Round",
  "Sign",
]);
