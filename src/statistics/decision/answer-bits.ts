/** @file Which test images a model answered right, as text: a bit an image. */

/** `answers`: 1 for right, 0 for wrong. Base64 of bytes whose lowest bit is the first of eight images. */
export function packAnswers(answers: ArrayLike<number>): string {
  const bytes = new Uint8Array(Math.ceil(answers.length / 8));
  for (let image = 0; image < answers.length; image++) bytes[image >> 3] |= answers[image] << (image & 7);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/**
 * What {@link packAnswers} packed, of so many images.
 *
 * @throws RangeError for text of another number of images.
 */
export function unpackAnswers(text: string, images: number): Uint8Array {
  const bytes = atob(text);
  if (bytes.length !== Math.ceil(images / 8)) {
    throw new RangeError(
      `unpackAnswers: expected answers to ${images} images, got those to about ${8 * bytes.length}.`,
    );
  }
  return Uint8Array.from({ length: images }, (_, image) => (bytes.charCodeAt(image >> 3) >> (image & 7)) & 1);
}
