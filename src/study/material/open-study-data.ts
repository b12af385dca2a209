/** @file Opens the images of a study, all in one shape, and its source network where that was trained elsewhere. */

import { basename } from "node:path";
import {
  type ImageDataset,
  type ImageShape,
  datasets,
  openImageFolder,
  openNpz,
  resizeDataset,
} from "../../data/node/index.ts";
import type { OpenedModel } from "../../models/node/index.ts";
import type { StudyConfig } from "../file/schema.ts";
import { sourceKindOf } from "../file/source-kind.ts";
import { openBackbone } from "./open-backbone.ts";
import type { StudyData } from "./study-data.ts";

/** Side of photographs where neither the study nor its source says one. */
const SIDE = 64;

/** How to get at what a study names. */
export interface StudyDataOpeners {
  /** A data set by its name. */
  named: (name: string) => Promise<ImageDataset>;
  /** A trained network by its name or path. */
  model: (nameOrPath: string) => Promise<OpenedModel>;
  /** Told while images are read. */
  onImages?: (title: string, images: number, total: number) => void;
  signal?: AbortSignal;
}

/**
 * Everything that a study is made of.
 *
 * Images have the shape that the source network takes; that of the source's data set, if it has one of its own; or that
 * of the study's only data set. `imageSize` decides where these leave it open.
 *
 * @throws ConfigError if a name is unknown, or a network and the images do not fit.
 * @throws DataError if files are missing or damaged.
 */
export async function openStudyData(config: StudyConfig, openers: StudyDataOpeners): Promise<StudyData> {
  const { source, target } = config;
  const kind = sourceKindOf(config);
  const targetName = typeof target === "string" ? target : config.dataset;
  const own: ImageShape | undefined = config.imageSize === null ? undefined : [3, config.imageSize, config.imageSize];
  if (kind === "backbone") {
    const { backbone, resizeShorter } = await openBackbone(config, await openers.model(String(source)));
    const imageShape = backbone.network.inputShape as ImageShape;
    const dataset = await openImages(targetName, { config, openers, imageShape, resizeShorter });
    const preparation = { fit: config.fit, ...(resizeShorter === undefined ? {} : { resizeShorter }) };
    return { dataset, backbone, preparation };
  }
  if (kind === "classes") return { dataset: await openImages(targetName, { config, openers, imageShape: own }) };
  const sourceDataset = await openImages(String(source), { config, openers, imageShape: own });
  const { imageShape } = sourceDataset;
  return { dataset: await openImages(targetName, { config, openers, imageShape }), sourceDataset };
}

interface ImagesOptions {
  config: StudyConfig;
  openers: StudyDataOpeners;
  /** As the images come when left out. */
  imageShape: ImageShape | undefined;
  resizeShorter?: number | undefined;
}

async function openImages(nameOrPath: string, options: ImagesOptions): Promise<ImageDataset> {
  const { config, openers, imageShape } = options;
  const { fit, testShare, skipUnreadable } = config;
  const { signal } = openers;
  const shape = { fit, ...(options.resizeShorter === undefined ? {} : { resizeShorter: options.resizeShorter }) };
  const onProgress = (images: number, total: number): void =>
    openers.onImages?.(basename(nameOrPath) || nameOrPath, images, total);
  const whole = Object.hasOwn(datasets, nameOrPath)
    ? await openers.named(nameOrPath)
    : nameOrPath.endsWith(".npz")
      ? await openNpz(nameOrPath, { testShare })
      : null;
  if (whole === null) {
    const folder = { imageShape: imageShape ?? [3, SIDE, SIDE], ...shape, testShare, skipUnreadable };
    return openImageFolder(nameOrPath, { ...folder, onProgress, signal });
  }
  const fits = imageShape === undefined || imageShape.every((length, axis) => length === whole.imageShape[axis]);
  return fits ? whole : resizeDataset(whole, { imageShape, ...shape, onProgress, signal });
}
