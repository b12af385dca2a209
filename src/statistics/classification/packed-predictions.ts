/** @file What a model answered to every test image and how sure it was, as text: four bytes an image. */

/** One image after the other. */
export interface PackedPredictions {
  /** Class ids of the answers, below 65,536. */
  readonly labels: ArrayLike<number>;
  /** Of the answers, in [0, 1]. */
  readonly probabilities: ArrayLike<number>;
}

const BYTES = 4;
const CERTAIN = 65_535;

/** Base64 of each image's label and then its probability in 65,535ths, both 16 bits with the low byte first. */
export function packPredictions({ labels, probabilities }: PackedPredictions): string {
  const view = new DataView(new ArrayBuffer(BYTES * labels.length));
  for (let image = 0; image < labels.length; image++) {
    view.setUint16(BYTES * image, labels[image], true);
    view.setUint16(BYTES * image + 2, Math.round(CERTAIN * probabilities[image]), true);
  }
  return btoa(Array.from(new Uint8Array(view.buffer), (byte) => String.fromCharCode(byte)).join(""));
}

/**
 * What {@link packPredictions} packed, of so many images.
 *
 * @throws RangeError for text of another number of images.
 */
export function unpackPredictions(text: string, images: number): PackedPredictions {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (bytes.length !== BYTES * images) {
    throw new RangeError(
      `unpackPredictions: expected answers to ${images} images, got those to ${bytes.length / BYTES}.`,
    );
  }
  const view = new DataView(bytes.buffer);
  const numbers = (offset: number): Uint16Array =>
    Uint16Array.from({ length: images }, (_, image) => view.getUint16(BYTES * image + offset, true));
  return { labels: numbers(0), probabilities: Float64Array.from(numbers(2), (part) => part / CERTAIN) };
}
