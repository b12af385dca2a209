/** @file Reads glyph widths and outlines from a WOFF file with TrueType outlines. */

import { inflateSync } from "node:zlib";
import { DataError } from "../../core/index.ts";
import { type OutlineCommand, readOutline } from "./glyph-outline.ts";

const WOFF_SIGNATURE = 0x774f4646;
const WINDOWS_UNICODE = { platform: 3, encoding: 1 };
/** What the fonts of this room need; kerning and ligatures are left out, so widths are sums of advances. */
const NEEDED_TABLES = ["head", "hhea", "hmtx", "cmap", "loca", "glyf"] as const;

type FontTables = Record<(typeof NEEDED_TABLES)[number], DataView>;

/** One glyph: how far it moves the pen, in font units, and its outline. */
export interface Glyph {
  advance: number;
  contours: OutlineCommand[];
}

/** A font that can say which characters it has and what they look like. */
export interface OutlineFont {
  unitsPerEm: number;
  /** Undefined for a character that the font lacks. */
  glyph(codePoint: number): Glyph | undefined;
}

/**
 * Opens a WOFF 1.0 file.
 *
 * @throws DataError if `bytes` is not a WOFF file or lacks a table.
 * Source: W3C, WOFF File Format 1.0; Microsoft, OpenType specification 1.9.
 */
export function readOutlineFont(bytes: Uint8Array, path: string): OutlineFont {
  const tables = readTables(bytes, path);
  const longOffsets = tables.head.getInt16(50) === 1;
  const glyphOffset = (id: number): number =>
    longOffsets ? tables.loca.getUint32(id * 4) : tables.loca.getUint16(id * 2) * 2;
  const lastAdvance = tables.hhea.getUint16(34) - 1;
  const lookUpGlyph = readCharacterMap(tables.cmap, path);
  const cache = new Map<number, Glyph | undefined>();

  const load = (codePoint: number): Glyph | undefined => {
    const id = lookUpGlyph(codePoint);
    if (id === 0) return undefined;
    const advance = tables.hmtx.getUint16(Math.min(id, lastAdvance) * 4);
    return { advance, contours: readOutline(tables.glyf, glyphOffset, id) };
  };
  return {
    unitsPerEm: tables.head.getUint16(18),
    glyph(codePoint) {
      if (!cache.has(codePoint)) cache.set(codePoint, load(codePoint));
      return cache.get(codePoint);
    },
  };
}

function readTables(bytes: Uint8Array, path: string): FontTables {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < 44 || view.getUint32(0) !== WOFF_SIGNATURE) {
    throw new DataError(`${path}: expected a WOFF font, got other bytes. Install Graft again.`, { location: { path } });
  }
  const found = new Map<string, DataView>();
  const count = view.getUint16(12);
  for (let entry = 0; entry < count; entry++) {
    const at = 44 + entry * 20;
    const tag = String.fromCharCode(...bytes.subarray(at, at + 4));
    const offset = view.getUint32(at + 4);
    const stored = bytes.subarray(offset, offset + view.getUint32(at + 8));
    const length = view.getUint32(at + 12);
    // A table that did not get smaller by compression is stored as it is.
    const table = stored.byteLength < length ? inflateSync(stored) : stored;
    found.set(tag, new DataView(table.buffer, table.byteOffset, table.byteLength));
  }
  const need = (tag: keyof FontTables): DataView => {
    const table = found.get(tag);
    if (table) return table;
    throw new DataError(`${path}: expected the font table "${tag}", got none. Install Graft again.`, {
      location: { path },
    });
  };
  return Object.fromEntries(NEEDED_TABLES.map((tag) => [tag, need(tag)])) as FontTables;
}

/** The glyph id of a code point, 0 where there is none; reads the format 4 subtable (Basic Multilingual Plane). */
function readCharacterMap(cmap: DataView, path: string): (codePoint: number) => number {
  const start = findUnicodeSubtable(cmap, path);
  const segments = cmap.getUint16(start + 6) / 2;
  const ends = start + 14;
  const starts = ends + segments * 2 + 2;
  const deltas = starts + segments * 2;
  const rangeOffsets = deltas + segments * 2;
  return (codePoint) => {
    for (let segment = 0; segment < segments; segment++) {
      if (codePoint > cmap.getUint16(ends + segment * 2)) continue;
      const first = cmap.getUint16(starts + segment * 2);
      if (codePoint < first) return 0;
      const delta = cmap.getUint16(deltas + segment * 2);
      const at = rangeOffsets + segment * 2;
      const rangeOffset = cmap.getUint16(at);
      if (rangeOffset === 0) return (codePoint + delta) & 0xffff;
      const id = cmap.getUint16(at + rangeOffset + (codePoint - first) * 2);
      return id === 0 ? 0 : (id + delta) & 0xffff;
    }
    return 0;
  };
}

function findUnicodeSubtable(cmap: DataView, path: string): number {
  const count = cmap.getUint16(2);
  for (let entry = 0; entry < count; entry++) {
    const at = 4 + entry * 8;
    const offset = cmap.getUint32(at + 4);
    const isUnicode =
      cmap.getUint16(at) === WINDOWS_UNICODE.platform && cmap.getUint16(at + 2) === WINDOWS_UNICODE.encoding;
    if (isUnicode && cmap.getUint16(offset) === 4) return offset;
  }
  throw new DataError(`${path}: expected a Unicode character map of format 4, got none. Install Graft again.`, {
    location: { path },
  });
}
