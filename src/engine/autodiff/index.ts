/** @file Door of `engine/autodiff`: gradients of ONNX graphs. */

export { gradient } from "./gradient.ts";
export { nodesBetween } from "./nodes-between.ts";
export type { GradientRule, RuleContext } from "./rule.ts";
export { gradientRules, notDifferentiable } from "./rules/table.ts";
