/** @file The bytes of .npy files as arrays. */

import { DataError, formatShape, sizeOf } from "../../core/index.ts";
import type { DataArray, ElementType } from "../arrays/data-array.ts";
import { readNpyHeader } from "./npy-header.ts";

/** Byte order, kind, size, and the unit of times. */
const DESCR = /^([<>=|]?)([A-Za-z])(\d{1,9})(?:\[[^\]]*\])?$/;

const kindNames: Readonly<Record<string, string>> = { u: "uint", i: "int", f: "float", c: "complex" };

/**
 * The array in the bytes of a .npy file. `where` names it in messages.
 *
 * @throws DataError if the bytes are not that, whole, or hold Python objects.
 */
export function decodeNpy(bytes: Uint8Array, where: string): DataArray {
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

function typeOf(descr: string, where: string): ElementType {
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
  const name = kind === "b" ? "bool" : Object.hasOwn(kindNames, kind) ? `${kindNames[kind]}${8 * itemBytes}` : descr;
  return { kind, itemBytes, isLittleEndian: order !== ">", name };
}
