/** @file Door of `engine/training`: compiled training steps, the loop, evaluation, checkpoints. */

export {
  earlyStopping,
  type EarlyStopping,
  type EarlyStoppingOptions,
  type EarlyStoppingState,
} from "./callbacks/early-stopping.ts";
export {
  fit,
  freshProgress,
  type BatchResult,
  type BatchSource,
  type Callback,
  type TrainedState,
  type CallbackContext,
  type EpochResult,
  type FitOptions,
  type FitResult,
  type Progress,
} from "./fit.ts";
export {
  createEvaluator,
  createInferenceSession,
  evaluate,
  exportModel,
  type Evaluator,
  type InferenceOptions,
  type LabelledBatch,
  type Metrics,
} from "./inference.ts";
export { cutmix } from "./step/mixing/cutmix.ts";
export { mixup } from "./step/mixing/mixup.ts";
export { mixupOrCutmix } from "./step/mixing/mixup-or-cutmix.ts";
export type { Mix, MixedBatch, Mixing, Rectangle } from "./step/mixing/mixing.ts";
export type { MovingAverage } from "./step/moving-average.ts";
export type { NetworkInput } from "./step/network-input.ts";
export {
  rangeTest,
  suggestLearningRate,
  type NoSuggestion,
  type RangeTestEnd,
  type RangeTestOptions,
  type RangeTestPoint,
  type RateSuggestion,
} from "./range-test.ts";
export { decodeSafetensors, encodeSafetensors, type SafetensorsContent } from "./safetensors.ts";
export type { MaskSpec } from "./step/step-inputs.ts";
export { createTrainer, type StepResult, type Trainer, type TrainerOptions } from "./trainer.ts";
export type { TrainingStepOptions } from "./step/training-step-options.ts";
export { buildTrainingStep, type TrainingStepGraph } from "./step/training-step.ts";
export type { UpdateRule } from "./step/parameter-updates.ts";
