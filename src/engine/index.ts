/** @file Door of `engine`, for programs outside Graft: train any ONNX graph wherever onnxruntime runs. */

export { gradient } from "./autodiff/index.ts";
export * as nn from "./nn/index.ts";
export * as onnx from "./onnx/index.ts";
export * as runtime from "./runtime/node/index.ts";
export * as training from "./training/index.ts";
