/** @file What the engine offers to programs outside Graft. */

export { gradient } from "./autodiff/index.ts";
export * as nn from "./nn/index.ts";
export * as onnx from "./onnx/index.ts";
export * as runtime from "./runtime/index.ts";
export * as training from "./training/index.ts";
