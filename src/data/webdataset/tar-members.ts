/** @file The files in an archive made by tar, and where their bytes lie. */

import { Header, Pax } from "tar";
import { type TarFile, unreadableTar } from "./tar-file.ts";

const BLOCK = 512;

/** Read at once: headers of small files lie close together. */
const WINDOW_BYTES = 32 * 1024;

/** No longer name or list of properties is read. */
const MOST_HEADER_BYTES = 2 ** 20;

/** A file in an archive. */
export interface TarMember {
  /** With `/` between its parts, and no `./` before them. */
  readonly path: string;
  /** From the beginning of the archive on. */
  readonly offset: number;
  readonly sizeBytes: number;
}

/**
 * The files of an archive, in its order; folders and links are none.
 *
 * @throws DataError if the archive is damaged or cut off.
 */
export async function* membersOf(tar: TarFile, signal?: AbortSignal): AsyncGenerator<TarMember> {
  const read = windowOn(tar);
  // what a header says of the file after it, and of all files after it
  let next: Pax | undefined;
  let all: Pax | undefined;
  for (let at = 0; at + BLOCK <= tar.sizeBytes;) {
    signal?.throwIfAborted();
    const header: Header = new Header(await read(at, BLOCK), 0, next, all);
    if (header.nullBlock) return;
    if (!header.cksumValid) throw unreadableTar(tar.path, `damaged bytes at ${at}`);
    const { type, size: sizeBytes = 0, path = "" } = header;
    const offset = at + BLOCK;
    if (offset + sizeBytes > tar.sizeBytes) {
      throw unreadableTar(tar.path, `one that was cut off after ${tar.sizeBytes} bytes`);
    }
    at = offset + Math.ceil(sizeBytes / BLOCK) * BLOCK;
    if (isDescription(type)) {
      if (sizeBytes > MOST_HEADER_BYTES) throw unreadableTar(tar.path, `a header of ${sizeBytes} bytes at ${offset}`);
      const text = (await read(offset, sizeBytes)).toString();
      if (type === "GlobalExtendedHeader") all = Pax.parse(text, all, true);
      else if (type === "NextFileHasLongPath") next = new Pax({ ...next, path: text.replace(/\0[^]*$/, "") });
      else if (type !== "NextFileHasLongLinkpath") next = Pax.parse(text, next);
      continue;
    }
    next = undefined;
    if (type === "File" || type === "OldFile" || type === "ContiguousFile") {
      yield { path: path.replace(/^(?:\.?\/)+/, ""), offset, sizeBytes };
    }
  }
}

const descriptions: ReadonlySet<string> = new Set([
  "ExtendedHeader",
  "OldExtendedHeader",
  "GlobalExtendedHeader",
  "NextFileHasLongPath",
  "NextFileHasLongLinkpath",
]);

function isDescription(type: string): boolean {
  return descriptions.has(type);
}

function windowOn(tar: TarFile): (start: number, length: number) => Promise<Buffer> {
  let from = 0;
  let bytes: Buffer = Buffer.alloc(0);
  return async (start, length) => {
    if (start < from || start + length > from + bytes.length) {
      [from, bytes] = [start, await tar.read(start, Math.max(length, WINDOW_BYTES))];
    }
    return bytes.subarray(start - from, start - from + length);
  };
}
