/** @file Opens the images of a study, all in one shape, and its source network where that was trained elsewhere. */

import { basename } from "node:path";
import { type ImageDataset, type ImageShape, openImages } from "../../data/node/index.ts";
import type { OpenedModel } from "../../models/node/index.ts";
import { sidesOf } from "../file/image-size.ts";
import type { StudyConfig } from "../file/schema.ts";
import { type SourceKind, sourceKindOf } from "../file/sources.ts";
import { openBackbone } from "./open-backbone.ts";
import type { ImagePreparation, StudyData } from "./study-data.ts";

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
  const { target, dataset } = config;
  const { imageShape, ...source } = await openSource[sourceKindOf(config)](config, openers);
  const { preparation } = source;
  const name = typeof target === "string" ? target : dataset;
  return { dataset: await imagesOf(name, config, { openers, imageShape, preparation }), ...source };
}

/** A source, and what it asks of the images of the target. */
type OpenedSource = Omit<StudyData, "dataset"> & Pick<ImagesOptions, "imageShape" | "preparation">;

/** By kind. */
const openSource: {
  readonly [Kind in SourceKind]: (config: StudyConfig, openers: StudyDataOpeners) => Promise<OpenedSource>;
} = {
  classes: async (config) => ({ imageShape: ownShape(config), preparation: ownPreparation(config) }),
  dataset: async (config, openers) => {
    const preparation = ownPreparation(config);
    const how = { openers, imageShape: ownShape(config), preparation };
    const sourceDataset = await imagesOf(String(config.source), config, how);
    return { sourceDataset, preparation, imageShape: sourceDataset.imageShape };
  },
  backbone: async (config, openers) => {
    const { backbone, preparation } = await openBackbone(config, await openers.model(String(config.source)));
    return { backbone, preparation, imageShape: backbone.network.inputShape as ImageShape };
  },
};

interface ImagesOptions {
  readonly openers: StudyDataOpeners;
  /** As the images come when left out. */
  readonly imageShape: ImageShape | undefined;
  readonly preparation: ImagePreparation;
}

function imagesOf(
  nameOrPath: string,
  { testShare, skipUnreadable }: StudyConfig,
  { openers: { named, onImages, signal }, imageShape, preparation }: ImagesOptions,
): Promise<ImageDataset> {
  const title = basename(nameOrPath) || nameOrPath;
  const onProgress = (images: number, total: number): void => onImages?.(title, images, total);
  const how = { imageShape, ...preparation, testShare, skipUnreadable };
  return openImages(nameOrPath, { ...how, named, onProgress, signal });
}

function ownPreparation({ fit, interpolation }: StudyConfig): ImagePreparation {
  return interpolation === null ? { fit } : { fit, interpolation };
}

function ownShape({ imageSize }: StudyConfig): ImageShape | undefined {
  return imageSize === null ? undefined : [3, ...sidesOf(imageSize)];
}
