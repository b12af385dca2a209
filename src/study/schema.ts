/** @file The study file: every field, its default and its bounds. */

import { z } from "zod";

const positive = z.int().min(1);
const ratio = z.number().min(0).lt(1);
const classChoice = z
  .array(z.union([z.int().min(0), z.string().min(1)], { error: "expected the number or name of a class" }))
  .min(1);
const wholeSet = z.string().min(1);
const imageCount = z.union([positive, z.literal("all")], { error: 'expected a whole number from 1, or "all"' });
const budgets = z.union([imageCount, z.array(imageCount).min(1)], {
  error: 'expected a whole number from 1, "all", or a list of these',
});

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

/** Two numbers, the smaller first. */
const range = (largest: number): z.ZodTuple<[z.ZodNumber, z.ZodNumber], null> => {
  const end = z.number().gt(0).lte(largest);
  return z.tuple([end, end]);
};
const strength = (largest: number): z.ZodDefault<z.ZodNumber> => z.number().min(0).max(largest).default(0);

const resizedCropSchema = z.strictObject({
  scale: range(1).default([0.08, 1]).describe("smallest and largest share of the image's area"),
  ratio: range(100)
    .default([3 / 4, 4 / 3])
    .describe("smallest and largest width over height"),
});

const colorJitterSchema = z.strictObject({
  brightness: strength(1).describe("factors from 1 - brightness to 1 + brightness"),
  contrast: strength(1).describe("factors on the distance to the image's mean grey"),
  saturation: strength(1).describe("factors on the distance to each pixel's grey"),
  hue: strength(0.5).describe("turns of the colour wheel, to either side"),
});

const augmentationSchema = z.strictObject({
  flip: z.boolean().default(false).describe("mirror each image left to right half of the time"),
  flipVertical: z.boolean().default(false).describe("turn each image upside down half of the time"),
  crop: z.int().min(0).max(16).default(0).describe("pad by so many pixels, then crop at random"),
  resizedCrop: resizedCropSchema
    .nullable()
    .default(null)
    .describe("enlarge a random window to the size of the image (Szegedy et al. 2014)"),
  rotation: strength(180).describe("turn by up to so many degrees, to either side"),
  colorJitter: colorJitterSchema
    .nullable()
    .default(null)
    .describe("change brightness, contrast, saturation and hue in random order; images of three channels only"),
  cutout: z
    .int()
    .min(0)
    .max(1024)
    .default(0)
    .describe("cover a square of so many pixels a side with the mean colour (DeVries and Taylor 2017)"),
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
  augmentation: augmentationSchema,
  classWeights: classWeightsSchema.describe(
    "weights in the training loss, not in the measured ones: balanced gives every class the same say; classes without a name here weigh 1",
  ),
  earlyStopping: earlyStoppingSchema.nullable(),
};

/** How a run trains. */
const trainingSchema = z.strictObject({
  epochs: trainingFields.epochs.default(20),
  batchSize: trainingFields.batchSize.default(32),
  minStepsPerEpoch: trainingFields.minStepsPerEpoch.default(1),
  learningRate: trainingFields.learningRate.default(0.01),
  optimizer: trainingFields.optimizer.prefault({ name: "sgd", momentum: 0.9 }),
  schedule: trainingFields.schedule.prefault({ name: "constant" }),
  warmUp: trainingFields.warmUp.default(0),
  labelSmoothing: trainingFields.labelSmoothing.default(0),
  augmentation: trainingFields.augmentation.prefault({}),
  classWeights: trainingFields.classWeights.default("none"),
  earlyStopping: trainingFields.earlyStopping.default(null),
});

/** What differs for some runs: no defaults here. */
const trainingOverridesSchema = z.strictObject(trainingFields).partial();

const strategySchema = z.union(
  [
    z.string().min(1),
    z.strictObject({
      name: z.string().min(1),
      firstLayer: z
        .enum(["transferred", "fresh"])
        .default("transferred")
        .describe("how the lowest trained layer starts"),
      head: z
        .enum(["fresh", "kept"])
        .default("fresh")
        .describe("whether the last layer starts new, or as the source's, whose classes must then be as many"),
      alpha: z.number().min(0).optional().describe("l2-sp: strength of the pull towards the source's weights"),
      beta: z.number().min(0).optional().describe("l2-sp: strength of the pull of new weights towards 0"),
    }),
  ],
  { error: "expected the name of a strategy, or fields name, firstLayer, head, alpha and beta" },
);

const channelValues = z.array(z.number()).min(1).max(3);
const normalizationSchema = z.union(
  [
    z.enum(["standardize", "unit", "symmetric", "imagenet"]),
    z.strictObject({ mean: channelValues, std: z.array(z.number().gt(0)).min(1).max(3) }),
  ],
  { error: "expected standardize, unit, symmetric or imagenet, or fields mean and std" },
);

const tuningSchema = z.strictObject({
  learningRates: z
    .array(z.number().gt(0))
    .min(2)
    .default([0.001, 0.003, 0.01, 0.03, 0.1])
    .describe("tried for every strategy"),
  validation: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe("share of the target training images that trials hold back and choose by"),
  epochs: positive.max(100_000).nullable().default(null).describe("of a trial; as many as a run has when left out"),
});

/** A study file. An empty one is the classic study. */
export const studySchema = z.strictObject({
  preset: z.string().min(1).default("classic").describe("the study whose fields are taken where this file has none"),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/i, {
      error: "expected letters, digits, dots, hyphens and underscores, the first a letter or digit",
    })
    .default("classic")
    .describe("names the folder of the results"),
  protocol: z.string().default("").describe("one sentence on what is done, shown in the report"),
  notes: z.array(z.string()).default([]).describe("paragraphs for the report"),
  dataset: z.string().min(1).default("cifar10"),
  target: z
    .union([classChoice, wholeSet], { error: "expected a list of classes, or the name or path of a data set" })
    .default([0, 7])
    .describe(
      "classes of the data set, by number or name; or another data set by name or path, with all of its classes",
    ),
  source: z
    .union([classChoice, wholeSet], {
      error: "expected a list of classes, the name or path of a data set, or a trained network",
    })
    .nullable()
    .default(null)
    .describe(
      "classes of the data set, all others when left out; or another data set by name or path; or a trained network, by " +
        "its name (graft models list) or the path of its file: ONNX, or the .safetensors weights of the study's architecture",
    ),
  imageSize: positive
    .max(4096)
    .nullable()
    .default(null)
    .describe("side of the images in pixels; as the source has them when left out"),
  fit: z
    .enum(["cover", "contain", "fill"])
    .default("cover")
    .describe("how photographs become square: cut out of the middle, padded, or squeezed"),
  testShare: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe("share of the images held out for testing, where a data set comes undivided"),
  skipUnreadable: z.boolean().default(false).describe("leave out images that cannot be read, and count them"),
  architecture: z
    .string()
    .min(1)
    .default("classic-cnn")
    .describe("network to train; where the source is an ONNX file, that instead"),
  normalization: normalizationSchema
    .default("standardize")
    .describe(
      "standardize with the source training images' statistics; or what a trained source wants: unit (x / 255), " +
        "symmetric (x / 127.5 - 1), imagenet, or mean and std of pixel values in [0, 1]",
    ),
  head: z
    .enum(["task", "dataset"])
    .default("task")
    .describe("one output for each class of the task, or of the whole data set"),
  strategies: z.array(strategySchema).min(1).default(["scratch", "last-layer", "last-two-layers"]),
  seeds: z
    .union([positive.max(1000), z.array(z.int().min(0)).min(1)], {
      error: "expected how many seeds, from 1 to 1000, or a list of whole numbers from 0",
    })
    .default(1)
    .describe("how many (0, 1, …), or which"),
  imagesPerClass: budgets.default("all").describe("target training images of each class; a list for a learning curve"),
  sourceImagesPerClass: imageCount.default("all").describe("source training images of each class"),
  validation: ratio
    .default(0)
    .describe("share of the training images held back for choosing; the test set never chooses"),
  batchNorm: z
    .enum(["frozen", "adapt"])
    .default("frozen")
    .describe("statistics of frozen batch normalization layers: kept as the source left them, or following the target"),
  tuning: tuningSchema
    .nullable()
    .default(null)
    .describe("chooses the learning rate of every strategy by trials on held-back training images"),
  training: trainingSchema.prefault({}),
  trainingOf: z
    .record(z.string(), trainingOverridesSchema)
    .default({})
    .describe("what differs for one strategy, or for `source`"),
  featureMemoryMb: positive.default(1024).describe("features of frozen layers past this are kept in a file"),
});

/** A study file as written: every field optional. */
export type StudyInput = z.input<typeof studySchema>;
/** A study with every field filled in. */
export type StudyConfig = z.output<typeof studySchema>;
export type TrainingConfig = z.output<typeof trainingSchema>;
