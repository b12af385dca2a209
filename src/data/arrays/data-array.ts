/** @file Arrays as files hold them: elements of any type and order, and the numbers or strings in them. */

import { DataError, halfToNumber } from "../../core/index.ts";

/** What the elements of an array are. */
export interface ElementType {
  /** NumPy's letter: u, i, f for numbers, U and S for strings, b for truths. */
  readonly kind: string;
  readonly itemBytes: number;
  readonly isLittleEndian: boolean;
  /** `uint8`, as NumPy calls it where it has a name. */
  readonly name: string;
}

/** An array, its elements as they lie in the file. */
export interface DataArray {
  /** Names it in messages. */
  readonly where: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** True if the first axis varies fastest. */
  readonly fortranOrder: boolean;
  readonly data: Uint8Array;
}

type View = (buffer: ArrayBufferLike, offset: number, length: number) => ArrayLike<number>;

/** Of elements that lie as this machine has them, at a multiple of their size. */
const views: Readonly<Record<string, View>> = {
  b1: (buffer, offset, length) => new Uint8Array(buffer, offset, length),
  u1: (buffer, offset, length) => new Uint8Array(buffer, offset, length),
  i1: (buffer, offset, length) => new Int8Array(buffer, offset, length),
  u2: (buffer, offset, length) => new Uint16Array(buffer, offset, length),
  i2: (buffer, offset, length) => new Int16Array(buffer, offset, length),
  u4: (buffer, offset, length) => new Uint32Array(buffer, offset, length),
  i4: (buffer, offset, length) => new Int32Array(buffer, offset, length),
  u8: (buffer, offset, length) => Float64Array.from(new BigUint64Array(buffer, offset, length), Number),
  i8: (buffer, offset, length) => Float64Array.from(new BigInt64Array(buffer, offset, length), Number),
  f2: (buffer, offset, length) => Float32Array.from(new Uint16Array(buffer, offset, length), halfToNumber),
  f4: (buffer, offset, length) => new Float32Array(buffer, offset, length),
  f8: (buffer, offset, length) => new Float64Array(buffer, offset, length),
};

/** The elements of an array of numbers or truths, in the order of the file; undefined if it holds others. */
export function numbersOf({ type, data }: DataArray): ArrayLike<number> | undefined {
  const { kind, itemBytes, isLittleEndian } = type;
  const key = `${kind}${itemBytes}`;
  if (!Object.hasOwn(views, key)) return undefined;
  const isInPlace = data.byteOffset % itemBytes === 0 && (isLittleEndian || itemBytes === 1);
  const bytes = isInPlace ? data : new Uint8Array(data);
  if (!isLittleEndian) reverseItems(bytes, itemBytes);
  return views[key](bytes.buffer, bytes.byteOffset, bytes.length / itemBytes);
}

/**
 * The elements of an array of whole numbers, of any type, in the order of the file.
 *
 * @throws DataError if it holds others, or one that a float64 cannot tell from its neighbours.
 */
export function integersOf(array: DataArray): Float64Array {
  const { where, type } = array;
  const numbers = numbersOf(array);
  if (numbers === undefined) {
    throw new DataError(`${where}: expected integers, got ${type.name}. Save it with .astype(np.int64).`);
  }
  return Float64Array.from(numbers, (number, index) => {
    if (Number.isSafeInteger(number)) return number;
    const what = Number.isInteger(number) ? "integers of less than 2^53" : "whole numbers";
    throw new DataError(`${where}: expected ${what}, got ${number} at index ${index}. Number the classes from 0.`);
  });
}

/** True for an array of strings. */
export function isText({ type: { kind } }: DataArray): boolean {
  return kind === "U" || kind === "S";
}

/**
 * The elements of an array of strings, in the order of the file.
 *
 * @throws DataError if it holds others, or bytes that are no text.
 */
export function stringsOf(array: DataArray): string[] {
  const { where, type, data } = array;
  const { kind, itemBytes, name } = type;
  if (itemBytes === 0 || !isText(array)) {
    throw new DataError(`${where}: expected strings, got ${name}. Save it with .astype(str).`);
  }
  return Array.from({ length: data.length / itemBytes }, (_, index) => {
    const item = data.subarray(index * itemBytes, (index + 1) * itemBytes);
    const text = kind === "U" ? fromUtf32(item, type.isLittleEndian) : fromUtf8(item);
    if (text === undefined) {
      throw new DataError(`${where}: expected strings, got bytes that are none at index ${index}. Save it again.`);
    }
    return text;
  });
}

/** From one element to the next along every axis, in elements. */
export function stridesOf({ shape, fortranOrder }: DataArray): number[] {
  const strides = shape.map(() => 0);
  let stride = 1;
  const fastestFirst = fortranOrder ? [...shape.keys()] : [...shape.keys()].reverse();
  for (const axis of fastestFirst) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

function reverseItems(bytes: Uint8Array, itemBytes: number): void {
  for (let start = 0; start < bytes.length; start += itemBytes) {
    for (let left = start, right = start + itemBytes - 1; left < right; left++, right--) {
      const byte = bytes[left];
      bytes[left] = bytes[right];
      bytes[right] = byte;
    }
  }
}

/** Four bytes a character, zeros at the end left out; undefined if one is no character. */
function fromUtf32(item: Uint8Array, isLittleEndian: boolean): string | undefined {
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
  const points = Array.from({ length: item.length / 4 }, (_, at) => view.getUint32(4 * at, isLittleEndian));
  const isCharacter = (point: number): boolean => point < 0x110000 && (point < 0xd800 || point > 0xdfff);
  if (!points.every(isCharacter)) return undefined;
  return points
    .slice(0, points.findLastIndex((point) => point !== 0) + 1)
    .reduce((text, point) => text + String.fromCodePoint(point), "");
}

function fromUtf8(item: Uint8Array): string | undefined {
  try {
    const end = item.findLastIndex((byte) => byte !== 0) + 1;
    return new TextDecoder("utf8", { fatal: true, ignoreBOM: true }).decode(item.subarray(0, end));
  } catch {
    return undefined;
  }
}
