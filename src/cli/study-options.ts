/** @file Options of `graft run` as layers over the study file. */

import { lookUp } from "../core/index.ts";
import { parseBudgets, parseList, parseSeeds, parseWhole } from "./parse-values.ts";
import { type StudyConfig, type StudyInput, loadStudyFile, presets, resolveStudy } from "../study/index.ts";
import { strategyNamed } from "../transfer/index.ts";

/** What the options that shape a study hold, as typed. */
export interface StudyOptions {
  readonly preset?: string;
  readonly data?: string;
  readonly target?: string;
  readonly source?: string;
  readonly epochs?: string;
  readonly seeds?: string;
  readonly strategies?: string;
  readonly imagesPerClass?: string;
  readonly tune?: boolean;
}

/**
 * The study that a file and options describe; options win over the file, the file over the preset.
 *
 * @throws ConfigError or DataError for whatever is wrong with either.
 */
export async function studyFrom(file: string | undefined, options: StudyOptions): Promise<StudyConfig> {
  if (options.preset !== undefined) lookUp(presets, options.preset, "--preset");
  const layers = [
    ...(file === undefined ? [] : [await loadStudyFile(file)]),
    ...(options.preset === undefined ? [] : [{ preset: options.preset }]),
    layerOf(options),
  ];
  const config = resolveStudy(...layers);
  return options.epochs === undefined ? config : withEpochs(layers, config, options.epochs);
}

function layerOf(options: StudyOptions): StudyInput {
  const { data, target, source, seeds, imagesPerClass } = options;
  return {
    ...(data !== undefined && { dataset: data }),
    ...(target !== undefined && { target: parseList(target, "--target", "class names or numbers") }),
    ...(source !== undefined && { source: parseList(source, "--source", "class names or numbers") }),
    ...(seeds !== undefined && { seeds: parseSeeds(seeds, "--seeds") }),
    ...(options.strategies !== undefined && { strategies: parseStrategies(options.strategies) }),
    ...(options.tune === true && { tuning: {} }),
    ...(imagesPerClass !== undefined && { imagesPerClass: parseBudgets(imagesPerClass, "--images-per-class") }),
  };
}

function parseStrategies(text: string): string[] {
  const names = parseList(text, "--strategies", "strategies");
  for (const name of names) strategyNamed(name, "--strategies");
  return names;
}

/** Epochs on the command line are those of every run, also of those for which the study has another number. */
function withEpochs(layers: readonly StudyInput[], config: StudyConfig, text: string): StudyConfig {
  const epochs = parseWhole(text, "--epochs", { min: 1, max: 100_000 });
  const trainingOf = Object.fromEntries(
    Object.entries(config.trainingOf).map(([name, training]) => [
      name,
      training.epochs === undefined ? training : { ...training, epochs },
    ]),
  );
  return resolveStudy(...layers, { training: { epochs }, trainingOf });
}
