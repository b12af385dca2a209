/** @file What a study is made of: images, and where its source network comes from. */

import { ConfigError, type Interpolation } from "../../core/index.ts";
import {
  type ClassTask,
  type ImageDataset,
  type PixelScales,
  parseClasses,
  splitByClass,
  takeClasses,
} from "../../data/index.ts";
import type { Network, Normalization, Parameters } from "../../engine/nn/index.ts";
import { checkClassWeights } from "../file/class-weights.ts";
import { strategiesOf, trainingFor } from "../file/config.ts";
import type { StudyConfig } from "../file/schema.ts";
import { sourceKindOf } from "../file/sources.ts";

/** A network that was trained elsewhere. */
export interface Backbone {
  /** As the user writes it: a name, or the name of a file. */
  readonly name: string;
  /** As people read it. */
  readonly title: string;
  /** Its own head last. */
  readonly network: Network;
  /** False for a file that ends in features: the last layer of its network only stands for one. */
  readonly hasHead: boolean;
  readonly parameters: Parameters;
  /** What it was trained with, where that is known. */
  readonly normalization: Normalization | null;
  /** The sentence that says why its layers cannot be trained; null if they can. */
  readonly untrainable: string | null;
  /** The first layer that can be trained, by its place, and so can all after it. */
  readonly trainsFrom: number;
  /** SHA-256 of its file, in hexadecimal. */
  readonly checksum: string;
  /** Where it was read from, as a person would say it. */
  readonly provenance: string;
}

/** How photographs of any size become images of one. */
export interface ImagePreparation {
  readonly fit: StudyConfig["fit"];
  /** Length that the shorter side had before the centre was cut out. */
  readonly resizeShorter?: number;
  /** `bilinear` when left out. */
  readonly interpolation?: Interpolation;
  /** See `ImageDataset`. */
  readonly pixelScales?: PixelScales | undefined;
}

/** The images of a study, and its source network where it is not trained here. */
export interface StudyData {
  /** Of the target; of the source too, where both are classes of one data set. */
  readonly dataset: ImageDataset;
  /** Where the source has a data set of its own; in images of the same shape. */
  readonly sourceDataset?: ImageDataset;
  readonly backbone?: Backbone;
  /** As the study says when left out. */
  readonly preparation?: ImagePreparation;
}

/** Both sides of the transfer; no source where the network was trained elsewhere. */
export interface StudySplit {
  readonly source: ClassTask | null;
  readonly target: ClassTask;
}

/**
 * The classes of both tasks.
 *
 * @throws ConfigError if classes are unknown or overlap, one side of the transfer has one alone, or runs stop early without
 *   images to choose by.
 * @throws DataError if a class has no training or test images.
 */
export function splitStudy(config: StudyConfig, data: StudyData): StudySplit {
  const split = splitBySource(config, data);
  requireTwoClasses(split.target, "target");
  if (split.source !== null) requireTwoClasses(split.source, "source");
  requireValidation(config, split);
  return split;
}

/** Images to choose by are the data set's own, or held back from training. */
function requireValidation(config: StudyConfig, { source, target }: StudySplit): void {
  if (config.validation > 0) return;
  const stops = (name: string): boolean =>
    !["auto", null].includes(trainingFor(config, name).earlyStopping as "auto" | null);
  const names = [
    ...(source === null || source.validation !== null ? [] : ["source"]),
    ...(target.validation !== null ? [] : strategiesOf(config).map(({ name }) => name)),
  ];
  const stopping = names.find(stops);
  if (stopping === undefined) return;
  throw new ConfigError(
    `validation: expected validation images, since early stopping of "${stopping}" must choose an epoch without the ` +
      "test set, got none. Set validation: 0.1, or give the data set a folder of them.",
  );
}

function requireTwoClasses({ classNames: [only, second] }: ClassTask, side: keyof StudySplit): void {
  if (second !== undefined) return;
  const fix = {
    target: "Name another.",
    source: "Leave it more classes, or name another data set or a trained network (graft models list) as the source.",
  }[side];
  throw new ConfigError(
    `${side}: expected at least two classes, which are to be told apart, got "${only}" alone. ${fix}`,
  );
}

function splitBySource(config: StudyConfig, { dataset, sourceDataset }: StudyData): StudySplit {
  const { target, source } = config;
  checkClassWeights(config, [...new Set([dataset, sourceDataset ?? dataset].flatMap(({ classNames }) => classNames))]);
  const options = { keepOriginalLabels: config.head === "dataset" };
  const kind = sourceKindOf(config);
  if (kind === "classes" && typeof target !== "string") {
    return splitByClass({ target, ...(Array.isArray(source) ? { source } : {}) }, dataset, options);
  }
  const targetIds = typeof target === "string" ? allOf(dataset) : parseClasses(target, dataset, "target classes");
  return {
    target: takeClasses(dataset, targetIds, options),
    source: sourceDataset === undefined ? null : takeClasses(sourceDataset, allOf(sourceDataset), options),
  };
}

function allOf({ classNames }: ImageDataset): number[] {
  return [...classNames.keys()];
}

/** What tells the data of a study from others. */
interface DataChecksums {
  datasetChecksum: string;
  sourceChecksum?: string | undefined;
  backboneChecksum?: string | undefined;
}

/** For the study's file. */
export function checksumsOf({ dataset, sourceDataset, backbone }: StudyData): DataChecksums {
  return {
    datasetChecksum: dataset.checksum,
    ...(sourceDataset === undefined ? {} : { sourceChecksum: sourceDataset.checksum }),
    ...(backbone === undefined ? {} : { backboneChecksum: backbone.checksum }),
  };
}

/** @throws ConfigError unless these are the images and the network that the study began with. */
export function requireSameData(study: DataChecksums, data: StudyData): void {
  const found = checksumsOf(data);
  const { dataset, sourceDataset = dataset, backbone } = data;
  const inputs = [
    {
      key: "datasetChecksum",
      name: dataset.name,
      what: "images",
      fix: "Point GRAFT_DATA_DIR at the same files, or resume with --data where they are now.",
    },
    {
      key: "sourceChecksum",
      name: sourceDataset.name,
      what: "images",
      fix: "Put the same files back, or resume with --source where they are now.",
    },
    {
      key: "backboneChecksum",
      name: backbone?.name ?? "",
      what: "network",
      fix: "Put the same file back, or resume with --source where it is now.",
    },
  ] as const;
  for (const { key, name, what, fix } of inputs) {
    const [wanted, got] = [study[key], found[key]];
    if (wanted === got) continue;
    throw new ConfigError(
      `${name}: expected the ${what} that the study began with (checksum ${shorten(wanted)}), got others (${shorten(got)}). ${fix}`,
    );
  }
}

function shorten(checksum: string | undefined): string {
  return checksum === undefined ? "none" : `${checksum.slice(0, 16)}…`;
}
