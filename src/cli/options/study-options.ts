/** @file Options of `graft run` as layers over the study file. */

import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ConfigError, lookUp, unknownName } from "../../core/index.ts";
import { datasets } from "../../data/index.ts";
import { architectures, pretrained } from "../../models/index.ts";
import { type StudyConfig, type StudyInput, loadStudyFile, presets, resolveStudy } from "../../study/index.ts";
import { strategyNamed } from "../../transfer/index.ts";
import { parseBudgets, parseList, parseSeeds, parseWhole } from "./parse-values.ts";

/** What the options that shape a study hold, as typed. */
export interface StudyOptions {
  readonly preset?: string;
  readonly data?: string;
  readonly target?: string;
  readonly source?: string;
  readonly epochs?: string;
  /** False where images are to stay as they are. */
  readonly augment?: boolean;
  readonly seeds?: string;
  readonly strategies?: string;
  readonly imagesPerClass?: string;
  readonly tune?: boolean;
  readonly architecture?: string;
  readonly imageSize?: string;
  readonly normalization?: string;
  readonly skipUnreadable?: boolean;
}

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
  const every = {
    ...(options.epochs !== undefined && { epochs: parseWhole(options.epochs, "--epochs", { min: 1, max: 100_000 }) }),
    ...(options.augment === false && { augmentation: {} }),
  };
  const config = resolveStudy(...layers);
  return Object.keys(every).length === 0 ? config : withEvery(layers, config, every);
}

function layerOf(options: StudyOptions, { isAlone }: { isAlone: boolean }): StudyInput {
  const { source, seeds, imagesPerClass } = options;
  return {
    ...dataLayer(options, { isAlone }),
    ...(source !== undefined && { source: setOrClasses(source, "--source") }),
    ...(seeds !== undefined && { seeds: parseSeeds(seeds, "--seeds") }),
    ...(options.strategies !== undefined && { strategies: parseStrategies(options.strategies) }),
    ...(options.tune === true && { tuning: {} }),
    ...(imagesPerClass !== undefined && { imagesPerClass: parseBudgets(imagesPerClass, "--images-per-class") }),
    ...(options.architecture !== undefined && { architecture: options.architecture }),
    ...(options.imageSize !== undefined && { imageSize: parseWhole(options.imageSize, "--image-size", { min: 8 }) }),
    ...(options.normalization !== undefined && {
      normalization: lookUp(normalizations, options.normalization, "--normalization"),
    }),
    ...(options.skipUnreadable === true && { skipUnreadable: true }),
  };
}

/** The ones that have a name. */
const normalizations = {
  standardize: "standardize",
  unit: "unit",
  symmetric: "symmetric",
  imagenet: "imagenet",
} as const;

/** Images of the user's own are the target with all of their classes, unless some are chosen; alone they have a preset. */
function dataLayer({ data, target, preset }: StudyOptions, { isAlone }: { isAlone: boolean }): StudyInput {
  const chosen = target === undefined ? {} : { target: setOrClasses(target, "--target") };
  if (data === undefined) return chosen;
  const isNamed = Object.hasOwn(datasets, data);
  if (!isNamed && !existsSync(data)) throw notThere(data);
  if (isNamed || Array.isArray(chosen.target)) return { dataset: data, ...chosen };
  return { target: data, ...(isAlone && preset === undefined ? { preset: "photos" } : {}) };
}

function notThere(data: string): ConfigError {
  if (!isPath(data)) return unknownName(data, Object.keys(datasets), "--data");
  return new ConfigError(
    `--data: expected a folder of images or a file of them, got "${data}", which is not there. Check the path.`,
  );
}

/** A data set or a trained network by name or path, or classes separated by commas. */
function setOrClasses(text: string, option: string): string | string[] {
  const isName = Object.hasOwn(datasets, text) || Object.hasOwn(pretrained, text);
  return isName || isPath(text) ? text : parseList(text, option, "class names or numbers");
}

function isPath(text: string): boolean {
  return /[\\/]|\.(?:onnx|safetensors|npz|csv)$/.test(text);
}

/** The same study with the paths in it whole, so that it can be resumed from anywhere. */
function withPathsFrom(folder: string, study: StudyInput): StudyInput {
  const whole = <T>(value: T): T | string =>
    typeof value === "string" && !Object.hasOwn(datasets, value) && !Object.hasOwn(pretrained, value)
      ? resolve(folder, value)
      : value;
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

/** What the command line says of training is so for every run, also for those of which the study says otherwise. */
function withEvery(
  layers: readonly StudyInput[],
  config: StudyConfig,
  every: { epochs?: number; augmentation?: Record<string, never> },
): StudyConfig {
  const trainingOf = Object.fromEntries(
    Object.entries(config.trainingOf).map(([name, training]) => [
      name,
      Object.fromEntries(Object.entries(every).filter(([field]) => Object.hasOwn(training, field))),
    ]),
  );
  return resolveStudy(...layers, { training: every, trainingOf });
}
