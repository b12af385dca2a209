/** @file Door of `engine/nn`: layers, networks, losses, optimizers and schedules, as graph builders. */

export { adapterOf, mergeAdapters, withAdapters, type AdapterOptions } from "./adapters/adapt-network.ts";
export { attentionWeights, productWeights } from "./adapters/products.ts";
export { adaptedConv, adaptedRows } from "./adapters/adapter.ts";
export { forwardFlops, layerFlops, operatorsOf, trainingFlops, type LayerFlops } from "./flops.ts";
export { normalizeImages, type Normalization } from "./images.ts";
export { fansOf, initializers, type Initializer, type InitializerName } from "./initializers.ts";
export type { Layer, LayerContext, ParameterSpec, ProductForm } from "./layer.ts";
export { activation, activations, type ActivationName } from "./layers/activation.ts";
export { batchNorm, type BatchNormOptions } from "./layers/batch-norm.ts";
export { add, concatenate, type AddOptions } from "./layers/branches.ts";
export { conv2d, type Conv2dOptions } from "./layers/conv2d.ts";
export { dense, flatten, type DenseOptions } from "./layers/dense.ts";
export { dropout } from "./layers/dropout.ts";
export { paddedShortcut, type PaddedShortcutOptions } from "./layers/padded-shortcut.ts";
export { averagePool2d, globalAveragePool, maxPool2d, type Pool2dOptions } from "./layers/pooling.ts";
export { sequence } from "./layers/sequence.ts";
export { countCorrect, meanCrossEntropy, totalWeight, softmaxCrossEntropy, type LossTargets } from "./losses.ts";
export {
  checkNetwork,
  countParameters,
  forward,
  inferenceOptions,
  initializeParameter,
  initializeParameters,
  networkParameters,
  shapeAfter,
  sliceNetwork,
  type ForwardOptions,
  type NamedParameter,
  type Network,
  type Parameters,
} from "./network.ts";
export { adam, adamW, type AdamOptions } from "./optimizers/adam.ts";
export type { Optimizer } from "./optimizers/optimizer.ts";
export { sgd, type SgdOptions } from "./optimizers/sgd.ts";
export { constant, cosine, oneCycle, stepDecay, warmUp, type OneCycleOptions, type Schedule } from "./schedules.ts";
