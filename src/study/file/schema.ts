/** @file The study file: every field, its default and its bounds. */

import { z } from "zod";
import { type ValueOf, interpolations, list } from "../../core/index.ts";
import { normalizationNames } from "../../models/index.ts";
import { ownOptions } from "../../transfer/index.ts";
import { fieldSchema } from "./field-schema.ts";
import { imageSizeSchema } from "./image-size.ts";
import { timeSchema } from "./time.ts";
import { sources } from "./sources.ts";
import { AUTO, type TrainingRequest, trainingOverridesSchema, trainingRequestSchema } from "./training-schema.ts";
import { tuningSchema } from "./tuning-schema.ts";

const sourceKinds = Object.values(sources);
const either = new Intl.ListFormat("en", { type: "disjunction" });
const positive = z.int().min(1);
const ratio = z.number().min(0).lt(1);
const classChoice = z
  .array(z.union([z.int().min(0), z.string().min(1)], { error: "expected the number or name of a class" }))
  .min(1);
const wholeSet = z.string().min(1);
const imageCount = z.union([positive, z.literal("all")], { error: 'expected a whole number from 1, or "all"' });
const budgets = z.union([imageCount, z.array(imageCount).min(1).max(1000)], {
  error: 'expected a whole number from 1, "all", or a list of these',
});

type Own = typeof ownOptions;
type OptionSchema<Value> = z.ZodOptional<z.ZodType<Value, Value>>;

/** Without defaults, so that what is said of another strategy is noticed. */
const ownOptionSchemas = Object.fromEntries(
  Object.entries(ownOptions).map(([name, { owner, field }]) => [
    name,
    fieldSchema(field)
      .unwrap()
      .optional()
      .meta({ description: `${owner}: ${field.description}`, default: field.default }),
  ]),
) as { [Name in keyof Own]: OptionSchema<ValueOf<Own[Name]["field"]>> };

const strategyFields = z.strictObject({
  name: z.string().min(1),
  firstLayer: z.enum(["transferred", "fresh"]).default("transferred").describe("how the lowest trained layer starts"),
  head: z
    .enum(["fresh", "kept"])
    .default("fresh")
    .describe("whether the last layer starts new, or as the source's, whose classes must then be as many"),
  ...ownOptionSchemas,
});

const strategySchema = z.union([z.string().min(1), strategyFields], {
  error: `expected the name of a strategy, or fields ${list(Object.keys(strategyFields.shape))}`,
});

const channelValues = z.array(z.number()).min(1).max(3);
const normalizationSchema = z.union(
  [
    z.enum(["standardize", ...normalizationNames]),
    z.strictObject({ mean: channelValues, std: z.array(z.number().gt(0)).min(1).max(3) }),
  ],
  { error: `expected standardize, ${normalizationNames.join(", ")}, or fields mean and std` },
);

export const DEFAULT_ARCHITECTURE = "classic-cnn";

/** The strategies of the classic assignment. */
export const assignment = ["scratch", "last-layer", "last-two-layers"];

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
      error: `expected ${either.format(sourceKinds.map(({ title }) => title))}`,
    })
    .nullable()
    .default(null)
    .describe(sourceKinds.map(({ description }) => description).join("; or ")),
  imageSize: imageSizeSchema
    .nullable()
    .default(null)
    .describe("side of the images in pixels, or height x width such as 96x128; as the source has them when left out"),
  channelOrder: z
    .enum(["rgb", "bgr"])
    .nullable()
    .default(null)
    .describe("order in which a source network takes its colours, where its file does not say; rgb when left out"),
  tokens: z
    .enum(["first", "mean", "both"])
    .nullable()
    .default(null)
    .describe(
      "features of a source network that ends in tokens: its first token, the mean of the others, or both side by side; " +
        "the first when left out, or the mean where there is no class token",
    ),
  fit: z
    .enum(["cover", "contain", "fill"])
    .default("cover")
    .describe("how photographs get the form of the images: cut out of the middle, padded, or squeezed"),
  interpolation: z
    .enum(interpolations)
    .nullable()
    .default(null)
    .describe(
      "how photographs get another size, with antialiasing either way; as the source network was trained when left out, or bilinear",
    ),
  cropShare: z
    .number()
    .gt(0)
    .max(1)
    .nullable()
    .default(null)
    .describe(
      "share of a photograph's shorter side that is cut out of its middle for a trained network, such as 0.875; " +
        "as it was trained when left out, or all",
    ),
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
    .default(DEFAULT_ARCHITECTURE)
    .describe("network to train; where the source is an ONNX file, that instead"),
  normalization: normalizationSchema
    .default("standardize")
    .describe(
      "standardize with the source training images' statistics; or what a trained source wants: unit (x / 255), " +
        "symmetric (x / 127.5 - 1), imagenet, none (x from 0 to 255), or mean and std of pixel values in [0, 1]",
    ),
  head: z
    .enum(["task", "dataset"])
    .default("task")
    .describe("one output for each class of the task, or of the whole data set"),
  strategies: z.array(strategySchema).min(1).max(1000).default(assignment),
  seeds: z
    .union([z.literal(AUTO), positive.max(1000), z.array(z.int().min(0)).min(1).max(1000)], {
      error: 'expected how many seeds, from 1 to 1000, a list of whole numbers from 0, or "auto"',
    })
    .default(1)
    .describe("how many (0, 1, …), or which; auto adds one after another, up to 10, where they decide something"),
  time: timeSchema
    .nullable()
    .default(null)
    .describe("with seeds: auto, no seed is added that would end after so many seconds (or 90s, 10m, 1h)"),
  imagesPerClass: budgets.default("all").describe("target training images of each class; a list for a learning curve"),
  sourceImagesPerClass: imageCount.default("all").describe("source training images of each class"),
  validation: ratio
    .default(0)
    .describe(
      "share of the training images held back for choosing, where the data set has no validation images of its own; the test set never chooses",
    ),
  batchNorm: z
    .enum(["frozen", "adapt"])
    .default("frozen")
    .describe("statistics of frozen batch normalization layers: kept as the source left them, or following the target"),
  tuning: tuningSchema
    .nullable()
    .default(null)
    .describe("chooses the learning rate of every strategy by trials on held-back training images"),
  training: z.union([z.literal(AUTO), trainingRequestSchema]).prefault({}),
  trainingOf: z
    .record(z.string(), z.union([z.literal(AUTO), trainingOverridesSchema]))
    .default({})
    .describe("what differs for one strategy, or for `source`"),
  featureMemoryMb: positive.default(1024).describe("features of frozen layers past this are kept in a file"),
});

/** A study file as written: every field optional. */
export type StudyInput = z.input<typeof studySchema>;
/** A study with every field filled in; how it trains may still be left to Graft, field by field. */
export type StudyConfig = Omit<z.output<typeof studySchema>, "training" | "trainingOf"> & {
  training: TrainingRequest;
  trainingOf: Record<string, Partial<TrainingRequest>>;
};
