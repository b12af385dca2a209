/** @file Door of `engine/lowering`: gradient operators become operators that onnxruntime runs. */

export { lower } from "./lower.ts";
