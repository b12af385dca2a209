/** @file Arrays of .npy files: their bytes, and the integers or strings in them. */

import { DataError, formatShape, sizeOf } from "../../core/index.ts";
import { type NpyHeader, readNpyHeader } from "./npy-header.ts";

/** Byte order, kind, size, and the unit of times. */
const DESCR = /^([<>=|]?)([A-Za-z])(\d{1,9})(?:\[[^\]]*\])?$/;

const kindNames: Readonly<Record<string, string>> = { u: "uint", i: "int", f: "float", c: "complex" };

/** What the elements of an array are. */
export interface NpyType {
  /** NumPy's letter: u, i, f for numbers, U and S for strings, b for truths. */
  readonly kind: string;
  readonly itemBytes: number;
  readonly isLittleEndian: boolean;
  /** `uint8`, as NumPy calls it where it has a name. */
  readonly name: string;
}

/** An array, its elements as they lie in the file. */
export interface NpyArray extends Pick<NpyHeader, "shape" | "fortranOrder"> {
  /** Names it in messages. */
  readonly where: string;
  readonly type: NpyType;
  readonly data: Uint8Array;
}

/**
 * The array in the bytes of a .npy file. `where` names it in messages.
 *
 * @throws DataError if the bytes are not that, whole, or hold Python objects.
 */
export function decodeNpy(bytes: Uint8Array, where: string): NpyArray {
  const { descr, fortranOrder, shape, dataOffset } = readNpyHeader(bytes, where);
  const type = typeOf(descr, where);
  const expected = dataOffset + sizeOf(shape) * type.itemBytes;
  if (bytes.length !== expected) {
    throw new DataError(
      `${where}: expected ${expected} bytes for ${formatShape(shape)} of ${type.name}, as its header says, ` +
        `got ${bytes.length}. Replace the file by a complete copy.`,
    );
  }
  return { where, type, fortranOrder, shape, data: bytes.subarray(dataOffset) };
}

/**
 * The elements of an array of integers of any width, in the order of the file.
 *
 * @throws DataError if it holds others, or one that a float64 cannot tell from its neighbours.
 */
export function integersOf({ where, type, data }: NpyArray): Float64Array {
  const { kind, itemBytes, isLittleEndian, name } = type;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const read = Object.hasOwn(readers, `${kind}${itemBytes}`) ? readers[`${kind}${itemBytes}`] : undefined;
  if (read === undefined) {
    throw new DataError(`${where}: expected integers, got ${name}. Save it with .astype(np.int64).`);
  }
  const integers = new Float64Array(data.length / itemBytes);
  for (let index = 0; index < integers.length; index++) {
    const integer = read(view, index * itemBytes, isLittleEndian);
    if (!Number.isSafeInteger(integer)) {
      throw new DataError(
        `${where}: expected integers of less than 2^53, got ${integer} at index ${index}. Number the classes from 0.`,
      );
    }
    integers[index] = integer;
  }
  return integers;
}

/**
 * The elements of an array of strings, in the order of the file.
 *
 * @throws DataError if it holds others, or bytes that are no text.
 */
export function stringsOf({ where, type, data }: NpyArray): string[] {
  const { kind, itemBytes, name } = type;
  if (itemBytes === 0 || (kind !== "U" && kind !== "S")) {
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

type Read = (view: DataView, offset: number, isLittleEndian: boolean) => number;

const readers: Readonly<Record<string, Read>> = {
  u1: (view, offset) => view.getUint8(offset),
  i1: (view, offset) => view.getInt8(offset),
  u2: (view, offset, isLittleEndian) => view.getUint16(offset, isLittleEndian),
  i2: (view, offset, isLittleEndian) => view.getInt16(offset, isLittleEndian),
  u4: (view, offset, isLittleEndian) => view.getUint32(offset, isLittleEndian),
  i4: (view, offset, isLittleEndian) => view.getInt32(offset, isLittleEndian),
  u8: (view, offset, isLittleEndian) => Number(view.getBigUint64(offset, isLittleEndian)),
  i8: (view, offset, isLittleEndian) => Number(view.getBigInt64(offset, isLittleEndian)),
};

function typeOf(descr: string, where: string): NpyType {
  if (/^\|?O/.test(descr)) {
    throw new DataError(
      `${where}: expected plain elements, got Python objects, which are not read as they could run code. ` +
        "Save it with a plain dtype.",
    );
  }
  const [, order, kind, size] = DESCR.exec(descr) ?? [];
  if (order === undefined || kind === undefined || size === undefined) {
    throw new DataError(`${where}: expected a plain dtype, got ${JSON.stringify(descr)}. Save it with another dtype.`);
  }
  const itemBytes = Number(size) * (kind === "U" ? 4 : 1);
  const name = Object.hasOwn(kindNames, kind) ? `${kindNames[kind]}${8 * itemBytes}` : descr;
  return { kind, itemBytes, isLittleEndian: order !== ">", name };
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
