/** @file What the options that shape a study make of it: layers over the study file. */

import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ConfigError, lookUp, nearestName, unknownName } from "../../core/index.ts";
import { datasets, isDatasetName, namesDataFile } from "../../data/node/index.ts";
import {
  architectures,
  isPretrainedName,
  namesHubFile,
  namesNetwork,
  normalizationNames,
  pretrained,
} from "../../models/node/index.ts";
import { type StudyConfig, type StudyInput, loadStudyFile, presets, resolveStudy } from "../../study/index.ts";
import { strategyNamed } from "../../transfer/node/index.ts";
import type { StudyOptions } from "./option-table.ts";
import {
  parseBudgets,
  parseClassWeights,
  parseImageSize,
  parseList,
  parsePositive,
  parseSeeds,
  parseShare,
  parseTime,
  parseWhole,
} from "./parse-values.ts";

/**
 * The study that a file and options describe; options win over the file, the file over the preset.
 *
 * @throws ConfigError or DataError for whatever is wrong with either.
 */
export async function studyFrom(file: string | undefined, options: StudyOptions): Promise<StudyConfig> {
  if (options.preset !== undefined) lookUp(presets, options.preset, "--preset");
  if (options.architecture !== undefined) lookUp(architectures, options.architecture, "--architecture");
  const layers = [
    ...(file === undefined ? [] : [withPathsFrom(dirname(file), await loadStudyFile(file))]),
    ...(options.preset === undefined ? [] : [{ preset: options.preset }]),
    withPathsFrom(".", layerOf(options, { isAlone: file === undefined })),
  ];
  return resolveStudy(...layers);
}

function layerOf(options: StudyOptions, { isAlone }: { isAlone: boolean }): StudyInput {
  const named = Object.entries(fields) as [keyof typeof fields, (value: never) => StudyInput][];
  const given = named.flatMap(([name, fieldOf]) =>
    options[name] === undefined ? [] : [fieldOf(options[name] as never)],
  );
  const training = Object.assign({}, ...given.map((one) => one.training)) as NonNullable<StudyInput["training"]>;
  const layer: StudyInput = Object.assign(dataLayer(options, { isAlone }), ...given);
  return Object.keys(training).length === 0 ? layer : { ...layer, training };
}

/** Options that look at each other are read elsewhere in this file. */
type OneByOne = Exclude<keyof StudyOptions, "preset" | "data" | "target">;

/** What an option makes of the study. */
const fields: { readonly [Name in OneByOne]: (value: NonNullable<StudyOptions[Name]>) => StudyInput } = {
  source: (text) => ({ source: setOrClasses(text, "--source") }),
  architecture: (architecture) => ({ architecture }),
  imageSize: (text) => ({ imageSize: parseImageSize(text, "--image-size") }),
  channels: (text) => ({ channelOrder: lookUp(channelOrders, text, "--channels") }),
  tokens: (text) => ({ tokens: lookUp(tokenFeatures, text, "--tokens") }),
  interpolation: (text) => ({ interpolation: lookUp(filters, text, "--interpolation") }),
  cropShare: (text) => ({ cropShare: parsePositive(text, "--crop-share") }),
  normalization: (text) => ({ normalization: parseNormalization(text) }),
  epochs: (text) => ({ training: { epochs: parseWhole(text, "--epochs", { min: 1, max: 100_000 }) } }),
  augment: (augment) => (augment ? {} : { training: { augmentation: {} } }),
  learningRate: (text) => ({ training: { learningRate: parsePositive(text, "--learning-rate") } }),
  validation: (text) => ({ validation: parseShare(text, "--validation") }),
  classWeights: (text) => ({ training: { classWeights: parseClassWeights(text, "--class-weights") } }),
  skipUnreadable: (skipUnreadable) => ({ skipUnreadable }),
  seeds: (text) => ({ seeds: parseSeeds(text, "--seeds") }),
  time: (text) => ({ time: parseTime(text, "--time") }),
  strategies: (text) => ({ strategies: parseStrategies(text) }),
  imagesPerClass: (text) => ({ imagesPerClass: parseBudgets(text, "--images-per-class") }),
  tune: (tune) => (tune ? { tuning: {} } : {}),
};

const channelOrders = { rgb: "rgb", bgr: "bgr" } as const;
const filters = { bilinear: "bilinear", bicubic: "bicubic" } as const;
const tokenFeatures = { first: "first", mean: "mean", both: "both" } as const;

const knownNormalizations = ["standardize", ...normalizationNames] as const;

/** One of the names, or `mean/std`, a number for each channel. */
function parseNormalization(text: string): NonNullable<StudyInput["normalization"]> {
  if (!text.includes("/")) {
    const name = knownNormalizations.find((known) => known === text);
    if (name === undefined) throw unknownName(text, knownNormalizations, "--normalization");
    return name;
  }
  const [mean, std] = text.split("/").map((part) => part.split(",").map(Number));
  if (text.split("/").length === 2 && [1, 3].includes(mean.length) && std.length === mean.length) {
    if (mean.every(Number.isFinite) && std.every((one) => Number.isFinite(one) && one > 0)) return { mean, std };
  }
  throw new ConfigError(
    `--normalization: expected mean/std of pixels from 0 to 1, one or three numbers each, got "${text}". Try --normalization 0.485,0.456,0.406/0.229,0.224,0.225.`,
  );
}

/** Images of the user's own are the target with all of their classes, unless some are chosen; alone they have a preset. */
function dataLayer({ data, target, preset }: StudyOptions, { isAlone }: { isAlone: boolean }): StudyInput {
  const chosen = target === undefined ? {} : { target: setOrClasses(target, "--target") };
  if (data === undefined) return chosen;
  const isNamed = isDatasetName(data);
  if (!isNamed && !existsSync(data)) throw notThere(data);
  if (isNamed) return { dataset: data, ...chosen };
  const own = isAlone && preset === undefined ? { preset: "photos" } : {};
  return Array.isArray(chosen.target) ? { dataset: data, ...chosen, ...own } : { target: data, ...own };
}

function notThere(data: string): ConfigError {
  if (!isPath(data)) return unknownName(data, Object.keys(datasets), "--data");
  return new ConfigError(
    `--data: expected a folder of images or a file of them, got "${data}", which is not there. Check the path.`,
  );
}

/** A data set or a trained network by name or path, or classes separated by commas. */
function setOrClasses(text: string, option: string): string | string[] {
  if (option === "--source" && !isName(text) && !isPath(text) && !text.includes(",")) {
    const names = Object.keys(pretrained);
    const near = nearestName(text, names);
    if (near !== undefined) throw unknownName(text, names, option);
  }
  return isName(text) || isPath(text) ? text : parseList(text, option, "class names or numbers");
}

function isName(text: string): boolean {
  return isDatasetName(text) || isPretrainedName(text) || namesHubFile(text);
}

function isPath(text: string): boolean {
  return /[\\/]/.test(text) || namesDataFile(text) || namesNetwork(text);
}

/** The same study with the paths in it whole, so that it can be resumed from anywhere. */
function withPathsFrom(folder: string, study: StudyInput): StudyInput {
  const whole = <T>(value: T): T | string =>
    typeof value === "string" && !isName(value) ? resolve(folder, value) : value;
  const { dataset, target, source } = study;
  return {
    ...study,
    ...(dataset !== undefined && { dataset: whole(dataset) }),
    ...(target !== undefined && { target: whole(target) }),
    ...(source !== undefined && { source: whole(source) }),
  };
}

function parseStrategies(text: string): string[] {
  const names = parseList(text, "--strategies", "strategies");
  for (const name of names) strategyNamed(name, "--strategies");
  return names;
}
