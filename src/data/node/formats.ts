/** @file What a name or path of images means: one table of the formats that data sets come in, and what opens any of them. */

import { sameShape } from "../../core/index.ts";
import type { ImageDataset, ImageShape } from "../dataset.ts";
import {
  type FolderInspection,
  type InspectOptions,
  inspectImageFolder,
  inspectListedImages,
} from "../image-folder/inspect-image-folder.ts";
import { type ImageFolderOptions, openListedImages, openImageFolder } from "../image-folder/open-image-folder.ts";
import { type LooseImage, findImages as findImageFiles } from "../image-folder/loose-images.ts";
import { resizeDataset } from "../image-folder/resize-dataset.ts";
import { openNpz } from "./open-npz.ts";
import { isDatasetName, openDataset } from "../official/find-dataset.ts";
import { officialIn } from "../official/official-dataset.ts";
import { holdsOwnIdx, openOwnIdx } from "../official/own-idx.ts";
import { holdsShards } from "../shards/holds-shards.ts";
import { parquetFiles, tarFiles } from "../shards/shard-kinds.ts";

/** Side of photographs where nobody says one. */
const SIDE = 64;

/** How to open images; each format takes what concerns it. */
export interface OpenImagesOptions extends Omit<ImageFolderOptions, "imageShape"> {
  /** As the images come when left out; photographs of 64 pixels a side. */
  readonly imageShape?: ImageShape | undefined;
  /** Opens a data set by its name; without it, only one that is on this machine. */
  readonly named?: ((name: string) => Promise<ImageDataset>) | undefined;
}

/** What stops the work. */
interface SignalOption {
  readonly signal?: AbortSignal | undefined;
}

/** A format of data sets. */
export interface DataFormat {
  /** As help lists it. */
  readonly title: string;
  /** What the names of its files end in. */
  readonly endings: readonly string[];
  readonly matches: (place: string) => boolean;
  readonly open: (place: string, options: OpenImagesOptions) => Promise<ImageDataset>;
  /** Its images whatever their classes, where they are no files of their own. */
  readonly findImages?: (place: string, options: SignalOption) => Promise<readonly LooseImage[]>;
  /** What its files are beside the images in them. */
  readonly inspect?: (place: string, options: InspectOptions) => Promise<FolderInspection>;
}

// loaded when they are wanted: most commands have nothing to do with them
const parquet = () => import("../parquet/list-parquet.ts");
const webDataset = () => import("../webdataset/list-webdataset.ts");

/** Every format, in the order in which they are asked whether a place is theirs. */
export const dataFormats = {
  named: {
    title: "data set",
    endings: [],
    matches: isDatasetName,
    open: (name, { named, signal }) => named?.(name) ?? openDataset(name, { allowDownload: false, signal }),
  },
  npz: {
    title: "NumPy file (.npz)",
    endings: [".npz"],
    matches: (place) => place.endsWith(".npz"),
    open: openNpz,
  },
  parquet: {
    title: "Parquet files (.parquet)",
    endings: [".parquet"],
    matches: (place) => holdsShards(place, parquetFiles),
    open: async (place, options) => openListedImages(place, (await parquet()).listParquet, sized(options)),
    inspect: async (place, options) => inspectListedImages(place, (await parquet()).listParquet, options),
    findImages: async (place, options) => (await parquet()).findParquetImages(place, options),
  },
  webDataset: {
    title: "WebDataset archives (.tar or .tar.gz)",
    endings: [".tar", ".tar.gz", ".tgz"],
    // an archive beside images is often what they were unpacked from
    matches: (place) => holdsShards(place, tarFiles, { alone: true }),
    open: async (place, options) => openListedImages(place, (await webDataset()).listWebDataset, sized(options)),
    inspect: async (place, options) => inspectListedImages(place, (await webDataset()).listWebDataset, options),
    findImages: async (place, options) => (await webDataset()).findTarImages(place, options),
  },
  idx: {
    title: "folder of IDX files",
    endings: [],
    matches: holdsOwnIdx,
    open: openOwnIdx,
  },
  official: {
    title: "folder with a data set's official files",
    endings: [],
    matches: (place) => officialIn(place) !== undefined,
    open: (dataDir) => openDataset(officialIn(dataDir) ?? dataDir, { dataDir, allowDownload: false }),
  },
  imageFolder: {
    title: "folder of images",
    endings: [".csv"],
    matches: () => true,
    open: (place, options) => openImageFolder(place, sized(options)),
    inspect: inspectImageFolder,
  },
} as const satisfies Record<string, DataFormat>;

const formats: readonly DataFormat[] = Object.values(dataFormats);

/** The format of the data set called, or lying in, `place`. */
export function formatOf(place: string): DataFormat {
  return formats.find(({ matches }) => matches(place)) ?? dataFormats.imageFolder;
}

/** Photographs are of many sizes. */
function sized({ imageShape = [3, SIDE, SIDE], ...options }: OpenImagesOptions): ImageFolderOptions {
  return { ...options, imageShape };
}

/** True for what must be a file of images, there or not. */
export function namesDataFile(text: string): boolean {
  return formats.some(({ endings }) => endings.some((ending) => text.endsWith(ending)));
}

/**
 * The images that a study calls `place`, in the shape that is asked for.
 *
 * @throws ConfigError or DataError if no data set can be made of what is there.
 */
export async function openImages(place: string, options: OpenImagesOptions): Promise<ImageDataset> {
  const dataset = await formatOf(place).open(place, options);
  const { imageShape = dataset.imageShape } = options;
  return sameShape(imageShape, dataset.imageShape) ? dataset : await resizeDataset(dataset, { ...options, imageShape });
}

/**
 * The images of a file or folder in any format, whatever their classes; see `findImages` of folders.
 *
 * @throws DataError or ConfigError if there is nothing at `place`, or nothing that can be read.
 */
export async function findImages(place: string, options: SignalOption = {}): Promise<readonly LooseImage[]> {
  return await (formatOf(place).findImages ?? findImageFiles)(place, options);
}
