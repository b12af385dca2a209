/**
 * @file Weights, images, labels and dropout masks made from an integer hash.
 *
 * The twin of hash_data.py: both sides compute the same numbers bit for bit, so that golden
 * training runs need no stored inputs. Integers are exact; reals are computed in float64 and
 * rounded to float32 once, at the end.
 */

/** What `hashImages` and `hashLabels` are made from; golden files hold one for every network. */
export interface HashDataset {
  seed: number;
  /** Images. */
  count: number;
  numClasses: number;
  channels: number;
  height: number;
  width: number;
  /** A class prototype has blocks x blocks cells of one colour each. */
  blocks: number;
  /** Weight of the prototype against noise, of 256. */
  signal: number;
}

/** The finalizer of MurmurHash3 on an unsigned 32-bit integer. */
function fmix32(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32 hashed bits as an integer in [0, 2^32): fmix32(index * 0x9E3779B1 xor fmix32(seed + 0x7F4A7C15)). */
export function hash32(seed: number, index: number): number {
  return fmix32(Math.imul(index, 0x9e3779b1) ^ fmix32((seed + 0x7f4a7c15) >>> 0));
}

/** Uniform in [0, 1), exact in float64: hash32 / 2^32. */
export function hashUniform(seed: number, index: number): number {
  return hash32(seed, index) / 0x100000000;
}

/** `count` values uniform in [-bound, bound): (uniform - 0.5) * 2 * bound, rounded to float32. */
export function hashSymmetric(seed: number, count: number, bound: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, index) => (hashUniform(seed, index) - 0.5) * 2 * bound);
}

/** `count` dropout factors: 0 where uniform < rate, else 1 / (1 - rate) rounded to float32. */
export function hashDropoutMask(seed: number, count: number, rate: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, index) => (hashUniform(seed, index) >= rate ? 1 / (1 - rate) : 0));
}

/** Class ids [count]: hash32(seed, image) mod numClasses. */
export function hashLabels({ seed, count, numClasses }: HashDataset): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: count }, (_, image) => hash32(seed, image) % numClasses);
}

/**
 * Bytes [count, channels, height, width]: (signal * prototype + (256 - signal) * noise) >> 8.
 *
 * Noise is the low byte of hash32(seed + 1, position in the whole array); the prototype is the low
 * byte of hash32(seed + 2, ((class * channels + channel) * blocks + blockRow) * blocks + blockColumn)
 * with blockRow = floor(row * blocks / height), and likewise for columns.
 */
export function hashImages(dataset: HashDataset): Uint8Array<ArrayBuffer> {
  const { seed, count, channels, height, width, blocks, signal } = dataset;
  const labels = hashLabels(dataset);
  const pixels = new Uint8Array(count * channels * height * width);
  let position = 0;
  for (let image = 0; image < count; image++) {
    for (let channel = 0; channel < channels; channel++) {
      const plane = (labels[image] * channels + channel) * blocks;
      for (let row = 0; row < height; row++) {
        const cells = (plane + Math.floor((row * blocks) / height)) * blocks;
        for (let column = 0; column < width; column++) {
          const prototype = hash32(seed + 2, cells + Math.floor((column * blocks) / width)) & 255;
          const noise = hash32(seed + 1, position) & 255;
          pixels[position++] = (signal * prototype + (256 - signal) * noise) >> 8;
        }
      }
    }
  }
  return pixels;
}

/** Pixels in [-1, 1]: pixel / 255 * 2 - 1, rounded to float32. */
export function normalisePixels(pixels: Uint8Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(pixels, (pixel) => (pixel / 255) * 2 - 1);
}
