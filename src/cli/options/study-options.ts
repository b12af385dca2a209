/** @file What the options that shape a study make of it: layers over the study file. */

import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ConfigError, lookUp, unknownName } from "../../core/index.ts";
import { datasets, isDatasetName, namesDataFile } from "../../data/node/index.ts";
import { architectures, isPretrainedName, namesModelFile } from "../../models/node/index.ts";
import { type StudyConfig, type StudyInput, loadStudyFile, presets, resolveStudy } from "../../study/index.ts";
import { strategyNamed } from "../../transfer/node/index.ts";
import type { StudyOptions } from "./option-table.ts";
import { parseBudgets, parseList, parseSeeds, parseTime, parseWhole } from "./parse-values.ts";

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
  const named = Object.entries(fields) as [keyof typeof fields, (value: never) => StudyInput][];
  const given = named.flatMap(([name, fieldOf]) =>
    options[name] === undefined ? [] : [fieldOf(options[name] as never)],
  );
  return Object.assign(dataLayer(options, { isAlone }), ...given);
}

/** Options that look at each other, or hold for runs one by one, are read elsewhere in this file. */
type OneByOne = Exclude<keyof StudyOptions, "preset" | "data" | "target" | "epochs" | "augment">;

/** What an option makes of the study. */
const fields: { readonly [Name in OneByOne]: (value: NonNullable<StudyOptions[Name]>) => StudyInput } = {
  source: (text) => ({ source: setOrClasses(text, "--source") }),
  architecture: (architecture) => ({ architecture }),
  imageSize: (text) => ({ imageSize: parseWhole(text, "--image-size", { min: 8 }) }),
  normalization: (text) => ({ normalization: lookUp(normalizations, text, "--normalization") }),
  skipUnreadable: (skipUnreadable) => ({ skipUnreadable }),
  seeds: (text) => ({ seeds: parseSeeds(text, "--seeds") }),
  time: (text) => ({ time: parseTime(text, "--time") }),
  strategies: (text) => ({ strategies: parseStrategies(text) }),
  imagesPerClass: (text) => ({ imagesPerClass: parseBudgets(text, "--images-per-class") }),
  tune: (tune) => (tune ? { tuning: {} } : {}),
};

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
  const isNamed = isDatasetName(data);
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
  return isName(text) || isPath(text) ? text : parseList(text, option, "class names or numbers");
}

function isName(text: string): boolean {
  return isDatasetName(text) || isPretrainedName(text);
}

function isPath(text: string): boolean {
  return /[\\/]/.test(text) || namesDataFile(text) || namesModelFile(text);
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
