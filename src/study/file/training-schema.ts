/** @file How runs train, as a study says it and as it is settled: every field, its default and its bounds. */

import { z } from "zod";
import { augmentationFields } from "../../data/index.ts";
import { fieldSchemas } from "./field-schema.ts";

const positive = z.int().min(1);
const ratio = z.number().min(0).lt(1);

const optimizerSchema = z.discriminatedUnion("name", [
  z.strictObject({
    name: z.literal("sgd"),
    momentum: ratio.default(0),
    nesterov: z.boolean().default(false),
    weightDecay: z.number().min(0).default(0).describe("L2, added to the gradient"),
  }),
  z.strictObject({
    name: z.literal("adam"),
    weightDecay: z.number().min(0).default(0).describe("L2, added to the gradient"),
  }),
  z.strictObject({ name: z.literal("adamw"), weightDecay: z.number().min(0).default(0.01).describe("decoupled") }),
]);

const scheduleSchema = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("constant") }),
  z.strictObject({
    name: z.literal("step"),
    at: z.array(ratio).min(1).default([0.5, 0.75]).describe("fractions of the run at which the rate falls"),
    factor: z.number().gt(0).lte(1).default(0.1),
  }),
  z.strictObject({ name: z.literal("cosine") }),
  z.strictObject({
    name: z.literal("one-cycle"),
    rise: z.number().gt(0).lt(1).default(0.3).describe("fraction of the run that the rate rises for"),
  }),
]);

const earlyStoppingSchema = z.strictObject({
  patience: positive.default(5).describe("epochs without improvement of the validation loss"),
  minDelta: z.number().min(0).default(0).describe("smallest decrease that counts, in nats"),
});

const strength = (largest: number): z.ZodDefault<z.ZodNumber> => z.number().min(0).max(largest).default(0);

const augmentationSchema = z.strictObject({
  ...fieldSchemas(augmentationFields),
  cutmix: strength(100).describe(
    "alpha: a rectangle of every image is another's, in a share drawn from Beta(alpha, alpha) (Yun et al. 2019); images only",
  ),
  mixup: strength(100).describe(
    "alpha: mix every batch with itself in another order, its images or the features that are trained on, in a share drawn from Beta(alpha, alpha); answers then count for both labels by their shares (Zhang et al. 2018)",
  ),
  views: z
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe(
      "compute the frozen layers' features of so many augmented versions of each image once, and train on one after another; 0: run the frozen layers anew in every epoch",
    ),
});

const classWeightsSchema = z.union(
  [z.enum(["none", "balanced"]), z.record(z.string().min(1), z.number().gt(0).max(1e6))],
  { error: "expected none, balanced, or fields with the names of classes and weights from above 0 to 1000000" },
);

const trainingFields = {
  epochs: positive.max(100_000),
  batchSize: positive.max(65_536),
  minStepsPerEpoch: positive
    .max(100_000)
    .describe("an epoch passes over the images as often as it takes to make so many steps"),
  learningRate: z.number().gt(0).describe("the highest rate of the schedule"),
  optimizer: optimizerSchema,
  schedule: scheduleSchema,
  warmUp: ratio.describe("fraction of the run over which the rate rises linearly"),
  labelSmoothing: ratio,
  focalGamma: z
    .number()
    .min(0)
    .max(10)
    .describe("focal loss: answers that are right already count less, the more so the larger it is (Lin et al. 2017)"),
  headStart: z
    .enum(["random", "zero"])
    .describe("how a new head on transferred layers starts: drawn from the seed, or at zero"),
  standardizeFeatures: z
    .boolean()
    .describe(
      "a head that trains alone sees its features standardized and divided by the root of their number; the scaling is folded into its weights",
    ),
  layerDecay: z.number().gt(0).lte(1).describe("times the learning rate, for each layer further from the head"),
  transferredRate: z.number().gt(0).lte(1).describe("times the learning rate, for layers that start from the source"),
  statistics: z
    .enum(["follow", "keep"])
    .describe("of batch normalization in layers that train: those of the batches, or as they were before"),
  clipNorm: z
    .number()
    .gt(0)
    .nullable()
    .describe("largest norm of a step's gradient; larger ones are scaled down to it"),
  averaging: ratio
    .nullable()
    .describe("decay of an exponential moving average of the weights, which the run keeps instead of its last ones"),
  augmentation: augmentationSchema,
  classWeights: classWeightsSchema.describe(
    "weights in the training loss, not in the measured ones: balanced gives every class the same say; classes without a name here weigh 1",
  ),
  oversample: z.boolean().describe("small classes are passed over as often as it takes to be as large as the largest"),
  earlyStopping: earlyStoppingSchema.nullable(),
};

/** How a run trains, every field filled in. */
export const trainingSchema = z.strictObject({
  epochs: trainingFields.epochs.default(20),
  batchSize: trainingFields.batchSize.default(32),
  minStepsPerEpoch: trainingFields.minStepsPerEpoch.default(1),
  learningRate: trainingFields.learningRate.default(0.01),
  optimizer: trainingFields.optimizer.prefault({ name: "sgd", momentum: 0.9 }),
  schedule: trainingFields.schedule.prefault({ name: "constant" }),
  warmUp: trainingFields.warmUp.default(0),
  labelSmoothing: trainingFields.labelSmoothing.default(0),
  focalGamma: trainingFields.focalGamma.default(0),
  headStart: trainingFields.headStart.default("random"),
  standardizeFeatures: trainingFields.standardizeFeatures.default(false),
  layerDecay: trainingFields.layerDecay.default(1),
  transferredRate: trainingFields.transferredRate.default(1),
  statistics: trainingFields.statistics.default("follow"),
  clipNorm: trainingFields.clipNorm.default(null),
  averaging: trainingFields.averaging.default(null),
  augmentation: trainingFields.augmentation.prefault({}),
  classWeights: trainingFields.classWeights.default("none"),
  oversample: trainingFields.oversample.default(false),
  earlyStopping: trainingFields.earlyStopping.default(null),
});

/** Leaves a field, or all of them, to Graft. */
export const AUTO = "auto";
type Shape = Record<string, z.ZodType>;
type OrAuto<S extends Shape> = { [Field in keyof S]: z.ZodUnion<[z.ZodLiteral<typeof AUTO>, S[Field]]> };

/** The same fields, each of which may also be left to Graft. */
function orAuto<S extends Shape>(fields: S): OrAuto<S> {
  const entries = Object.entries(fields).map(([name, field]) => [name, z.union([z.literal(AUTO), field])]);
  return Object.fromEntries(entries) as OrAuto<S>;
}

/** How a run trains, as a study says it: what is `auto` is decided when the network and the images are known. */
export const trainingRequestSchema = z
  .strictObject(orAuto(trainingSchema.shape))
  .describe(
    "how runs train; `auto` for all of it or for single fields: decided by the strategy, the network and the images",
  );

/** What differs for some runs: no defaults here. */
export const trainingOverridesSchema = z.strictObject(orAuto(trainingFields)).partial();

/** Images as they are. */
export const noAugmentation = augmentationSchema.parse({});

/** Every field of `training` left to Graft. */
export const allAuto = Object.fromEntries(Object.keys(trainingSchema.shape).map((field) => [field, AUTO])) as {
  readonly [Field in keyof TrainingConfig]: typeof AUTO;
};

export type TrainingConfig = z.output<typeof trainingSchema>;
/** How runs train, as a study says it. */
export type TrainingRequest = z.output<typeof trainingRequestSchema>;
