/** @file A data set at another size, so that it fits a network that was made for that. */

import { ConfigError, sizeOf } from "../../core/index.ts";
import { cacheDirectory } from "../../download/index.ts";
import type { ImageDataset, LabelledImages } from "../dataset.ts";
import { readImage } from "../pixels.ts";
import { type PixelCacheOptions, cacheKey, cachedImages } from "./cache/pixel-cache.ts";
import { writeImages } from "./cache/write-images.ts";
import { resizeImage } from "./decode/decode-image.ts";
import { imageLibrary } from "./decode/image-library.ts";
import { type ImageFitOptions, fitPhrase, resolveFit } from "./decode/image-fit.ts";

/** How to resize a data set. */
export interface ResizeOptions extends ImageFitOptions, Partial<PixelCacheOptions> {
  /** Called after every image while the cache is made. */
  readonly onProgress?: ((images: number, total: number) => void) | undefined;
}

/** An image of the data set. */
interface Place {
  readonly part: "train" | "test" | "validation";
  readonly index: number;
}

/**
 * The same images, classes and parts with images of another shape.
 *
 * By the bilinear filter with antialiasing; grey becomes RGB by copying, RGB
 * becomes grey by ITU-R 601 luma. The pixels are kept in a cache file. A data set
 * that has the shape already is returned as it is.
 *
 * @throws ConfigError for an option that is not possible, or images of other than 3 or 1 channels.
 */
export async function resizeDataset(dataset: ImageDataset, options: ResizeOptions): Promise<ImageDataset> {
  const fit = resolveFit(options);
  const from = dataset.imageShape;
  if (from[0] !== 3 && from[0] !== 1) {
    throw new ConfigError(
      `${dataset.name}: expected images of 3 or 1 channels to resize, got ${from[0]}. Choose another data set.`,
    );
  }
  if (fit.resizeShorter === undefined && from.every((side, axis) => side === fit.imageShape[axis])) return dataset;
  const { cacheDir = cacheDirectory(), signal, onProgress } = options;
  const { versions } = await imageLibrary();
  const key = cacheKey(["resized", versions, dataset.checksum, from, fit]);
  const provenance = `${dataset.provenance}; ${fitPhrase(fit)}`;
  const { index, train, test, validation } = await cachedImages(key, { ...options, cacheDir }, async (begin) => {
    const writer = await begin();
    const written = await writeImages<Place>(writer, {
      imageShape: fit.imageShape,
      parts: [placesIn(dataset, "train"), placesIn(dataset, "test"), placesIn(dataset, "validation")],
      labelOf: ({ part, index: place }) => imagesOf(dataset, part).labels[place],
      read: async ({ part, index: place }, into) => {
        const image = new Uint8Array(sizeOf(from));
        readImage(imagesOf(dataset, part).pixels, place, image);
        await resizeImage(image, { ...fit, from }, into);
        return true;
      },
      onProgress,
      signal,
    });
    const { checksum, parts } = written;
    const [ofTrain, ofTest, ofValidation] = parts.map(({ labels, crcs }) => ({ labels, files: [], crcs }));
    const made = {
      train: ofTrain,
      test: ofTest,
      validation: ofValidation,
      unreadable: [],
      ignored: 0,
      notes: [],
      pixelScales: {},
    };
    const { imageShape } = fit;
    return { writer, made: { ...made, imageShape, classNames: dataset.classNames, checksum, provenance } };
  });
  return {
    ...dataset,
    imageShape: fit.imageShape,
    train,
    test,
    ...(validation.count === 0 ? {} : { validation }),
    checksum: index.checksum,
    provenance,
  };
}

function placesIn(dataset: ImageDataset, part: Place["part"]): readonly Place[] {
  return Array.from({ length: dataset[part]?.count ?? 0 }, (_, index) => ({ part, index }));
}

function imagesOf(dataset: ImageDataset, part: Place["part"]): LabelledImages {
  const images = dataset[part];
  if (images === undefined) throw new Error("internal: an image of no part");
  return images;
}
