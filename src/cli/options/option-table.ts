/** @file The options of commands that take a study: how each is typed and what its help says. Read at every start, so it loads nothing. */

import { list } from "../../core/index.ts";
import { normalizationNames } from "../../models/index.ts";

/** One option, as commander takes it. */
export interface OptionEntry {
  /** `--image-size <pixels>`. */
  readonly flags: string;
  readonly help: string;
  /** What it is called in a study file, where that is something else. */
  readonly field?: string;
  /** The value when the option is left out. */
  readonly default?: string;
}

/** Options that shape the study; what each does to it is in `study-options.ts`. */
export const studyOptionTable = {
  preset: {
    flags: "--preset <name>",
    help: "study to start from (default: classic): classic, as-published, tuned, quick, budget-curve, photos, layer-curve",
  },
  data: {
    flags: "--data <name|path>",
    field: "dataset",
    help: "data set by name (graft data list), or a folder of photographs, a class in each of its folders",
  },
  target: {
    flags: "--target <classes>",
    help: "classes of the target task, by number or name: 0,7 or airplane,horse",
  },
  source: {
    flags: "--source <classes|name|path>",
    help:
      "classes of the source task (default: all others), another data set by name or path, or a trained network: an ONNX " +
      "file, its name (graft models list), or weights in a .safetensors file",
  },
  architecture: {
    flags: "--architecture <name>",
    help:
      "network to train, or that the weights of a .safetensors source belong to (default: classic-cnn): classic-cnn, " +
      "resnet-20, resnet-32, resnet-56, mobilenet-v2, mobilenet-v2-x0.5, mlp",
  },
  imageSize: {
    flags: "--image-size <pixels>",
    help: "side of photographs in pixels, or height x width such as 96x128 (default: what the source takes, or 64)",
  },
  channels: {
    flags: "--channels <order>",
    field: "channelOrder",
    help: "order in which a trained network takes its colours, where its file does not say: rgb (the default) or bgr",
  },
  tokens: {
    flags: "--tokens <which>",
    help:
      "features of a trained network that ends in tokens: first, mean (of the others) or both (default: first, or mean " +
      "where there is no class token)",
  },
  normalization: {
    flags: "--normalization <name|mean/std>",
    help:
      `what a trained network wants, where its file does not say: ${list(normalizationNames)}, ` +
      "or its mean and std: 0.5,0.5,0.5/0.2,0.2,0.2",
  },
  interpolation: {
    flags: "--interpolation <filter>",
    help: "how photographs get another size: bilinear or bicubic (default: as the source was trained, or bilinear)",
  },
  cropShare: {
    flags: "--crop-share <share>",
    help:
      "share of a photograph's shorter side that is cut out for a trained network, such as 0.875 (default: as it was " +
      "trained, or all)",
  },
  skipUnreadable: { flags: "--skip-unreadable", help: "leave out photographs that cannot be read" },
  epochs: { flags: "--epochs <n>", help: "epochs of every run" },
  learningRate: { flags: "--learning-rate <rate>", help: "learning rate of every run, the highest of its schedule" },
  validation: {
    flags: "--validation <share>",
    help: "share of the training images held back for choosing, such as 0.1",
  },
  classWeights: {
    flags: "--class-weights <how>",
    help: "weights of the classes in the training loss: none, balanced, or cat=2,dog=1",
  },
  augment: {
    flags: "--no-augment",
    help: "train on the images as they are, without flips, crops and the like",
  },
  seeds: {
    flags: "--seeds <n|list|auto>",
    help: "how many seeds, or which: 3 or 4,7,11; auto adds one after another where they decide something",
  },
  time: {
    flags: "--time <time>",
    help: "with --seeds auto: no seed is added that would end after so long, such as 90s, 10m or 1h",
  },
  strategies: {
    flags: "--strategies <names>",
    help: "strategies to compare, such as scratch,last-layer,full (all: graft strategies)",
  },
  imagesPerClass: {
    flags: "--images-per-class <n|all|list>",
    help: "target training images of each class; a list for learning curves",
  },
  tune: {
    flags: "--tune",
    field: "tuning",
    help: "try learning rates around each strategy's own on held-back training images (several times as long)",
  },
} as const satisfies Record<string, OptionEntry>;

/** Options that say how a study is computed and shown. */
export const computingOptionTable = {
  threads: { flags: "--threads <n>", help: "threads of a run (default: all of the machine, shared by the jobs)" },
  device: {
    flags: "--device <name>",
    help: "where to compute: cpu, webgpu, cuda, or auto for the fastest here",
    default: "cpu",
  },
  fallbackData: {
    flags: "--fallback-data <name>",
    help: "data set to use where the study's own cannot be had",
  },
  offline: { flags: "--offline", help: "never touch the network" },
  json: { flags: "--json", help: "print one JSON object a line and nothing else" },
} as const satisfies Record<string, OptionEntry>;

/** Options of a table as a command line holds them: texts as typed, and switches. */
export type TypedOptions<Table extends Record<string, OptionEntry>> = {
  readonly [
    Name in keyof Table as Table[Name] extends { default: string } ? never : Name
  ]?: Table[Name]["flags"] extends `${string}<${string}` ? string : boolean;
} & { readonly [Name in keyof Table as Table[Name] extends { default: string } ? Name : never]: string };

export type StudyOptions = TypedOptions<typeof studyOptionTable>;
export type ComputingOptions = TypedOptions<typeof computingOptionTable>;

/** `--images-per-class`, as it is typed. */
export function typedName({ flags }: OptionEntry): string {
  return flags.split(" ")[0];
}
