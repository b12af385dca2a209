/** @file Reads the header of a .npy file: a Python dictionary of three entries, of which nothing is evaluated. */

import { DataError } from "../../core/index.ts";

const MAGIC = Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"));

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes of the header's length, by major version. */
const lengthBytes: Readonly<Record<number, 2 | 4>> = { 1: 2, 2: 4, 3: 4 };

/** Longer headers are refused, as NumPy does; a plain array's has about a hundred. */
const MAX_HEADER_BYTES = 10_000;

/** NumPy's own limit. */
const MAX_RANK = 64;

/** A string, True or False, a number (with the L of Python 2), or one sign. */
const TOKEN = /\s*(?:'([^'\\]*)'|"([^"\\]*)"|(True|False)\b|(\d+)L?|([{}()[\]:,]))/y;

/** What the header says of an array. */
export interface NpyHeader {
  /** NumPy's code of the elements: byte order, kind, bytes. */
  readonly descr: string;
  /** True if the first axis varies fastest. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly dataOffset: number;
}

type Token = { readonly sign: string } | { readonly value: string | boolean | number };
type Value = string | boolean | number | readonly number[];

/** True if the bytes begin as a .npy file does. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, at) => bytes[at] === byte);
}

/**
 * The header of the array in `bytes`. `where` names it in messages.
 *
 * @throws DataError if it is not one of versions 1 to 3, or describes records rather than plain elements.
 * Source: NumPy, "numpy.lib.format", "NPY format".
 */
export function readNpyHeader(bytes: Uint8Array, where: string): NpyHeader {
  if (!isNpy(bytes)) throw noNpy(where, "another beginning");
  const major = bytes[MAGIC.length] ?? 0;
  const ofLength = Object.hasOwn(lengthBytes, major) ? lengthBytes[major] : undefined;
  if (ofLength === undefined) throw noNpy(where, `version ${major}`);
  const textOffset = MAGIC.length + 2 + ofLength;
  if (bytes.length < textOffset) throw noNpy(where, `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, textOffset);
  const lengthAt = MAGIC.length + 2;
  const length = ofLength === 2 ? view.getUint16(lengthAt, true) : view.getUint32(lengthAt, true);
  if (length > MAX_HEADER_BYTES) throw noNpy(where, `a header of ${length} bytes`);
  const dataOffset = textOffset + length;
  if (bytes.length < dataOffset) throw noNpy(where, `${bytes.length} bytes, fewer than its header has`);
  const encoded = bytes.subarray(textOffset, dataOffset);
  const text = major === 3 ? utf8.decode(encoded) : String.fromCharCode(...encoded);
  return { ...describe(text, where), dataOffset };
}

/** @throws DataError unless the three entries are there, each of its type, and nothing else. */
function describe(text: string, where: string): Omit<NpyHeader, "dataOffset"> {
  const entries = parseDictionary(tokensOf(text, where), where);
  const { descr, fortran_order: fortranOrder, shape } = Object.fromEntries(entries);
  const isComplete =
    entries.size === 3 && typeof descr === "string" && typeof fortranOrder === "boolean" && isShape(shape);
  if (!isComplete) throw noNpy(where, `the header ${shorten(text)}`);
  return { descr, fortranOrder, shape };
}

function isShape(value: Value | undefined): value is readonly number[] {
  return Array.isArray(value) && value.length <= MAX_RANK && value.every((length) => Number.isSafeInteger(length));
}

function tokensOf(text: string, where: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const [, single, double, truth, digits, sign] = TOKEN.exec(text) ?? [];
    const string = single ?? double;
    if (string !== undefined) tokens.push({ value: string });
    else if (truth !== undefined) tokens.push({ value: truth === "True" });
    else if (digits !== undefined) tokens.push({ value: Number(digits) });
    else if (sign !== undefined) tokens.push({ sign });
    else throw noNpy(where, `the header ${shorten(text)}`);
  }
  return tokens;
}

/** Entries by name, of a dictionary whose values are strings, truths, numbers and tuples of numbers. */
function parseDictionary(tokens: readonly Token[], where: string): Map<string, Value> {
  let at = 0;
  const unexpected = (): DataError => noNpy(where, "a header that is no dictionary of plain values");
  const isSign = (sign: string): boolean => {
    const token = tokens[at];
    return token !== undefined && "sign" in token && token.sign === sign;
  };
  const take = (sign: string): void => {
    if (!isSign(sign)) throw unexpected();
    at++;
  };
  const plain = (): string | boolean | number => {
    const token = tokens[at++];
    if (token === undefined || !("value" in token)) throw unexpected();
    return token.value;
  };
  const tuple = (): number[] => {
    const lengths: number[] = [];
    take("(");
    while (!isSign(")")) {
      const length = plain();
      if (typeof length !== "number") throw unexpected();
      lengths.push(length);
      if (!isSign(")")) take(",");
    }
    take(")");
    return lengths;
  };
  const entries = new Map<string, Value>();
  take("{");
  while (!isSign("}")) {
    const key = plain();
    take(":");
    if (isSign("[")) throw noPlain(where);
    if (typeof key !== "string" || entries.has(key)) throw unexpected();
    entries.set(key, isSign("(") ? tuple() : plain());
    if (!isSign("}")) take(",");
  }
  take("}");
  if (at < tokens.length) throw unexpected();
  return entries;
}

function shorten(text: string): string {
  return JSON.stringify(text.length <= 120 ? text.trimEnd() : `${text.slice(0, 120)}…`);
}

function noNpy(where: string, got: string): DataError {
  return new DataError(
    `${where}: expected an array in NumPy's format (.npy, version 1 to 3), got ${got}. Write it by np.savez.`,
  );
}

function noPlain(where: string): DataError {
  return new DataError(`${where}: expected plain elements, got records with fields. Save each field by itself.`);
}
