/** @file Finds the members of a zip archive and unpacks them without trusting what the archive says of itself. */

import { Inflate } from "fflate";
import { DataError } from "../../core/index.ts";

const END = { signature: 0x06054b50, bytes: 22 };
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const MAX_COMMENT_BYTES = 0xffff;

/** These stand where a number is in the fields of zip64 instead. */
const ELSEWHERE_16 = 0xffff;
const ELSEWHERE_32 = 0xffffffff;

const STORED = 0;
const DEFLATED = 8;

/** What deflate can pack into one byte at best, a little rounded up. Source: zlib, "Technical Details". */
export const MOST_PER_PACKED_BYTE = 1032;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Unpacked from so many packed bytes at a time; what comes out of them is held twice for a moment. */
const PIECE_BYTES = 16_384;

/** A member as the archive's directory describes it. */
export interface ZipMember {
  readonly name: string;
  readonly isEncrypted: boolean;
  /** How it is packed: 0 is not at all, 8 is deflate. */
  readonly method: number;
  readonly crc32: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Where its own header begins, which its bytes follow. */
  readonly headerOffset: number;
}

/** The bytes of an archive, its path for messages, and what makes checksums of its members. */
export interface ZipArchive {
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly crc32: (bytes: Uint8Array) => number;
}

/**
 * The members that an archive's directory lists, by name.
 *
 * @throws DataError if the bytes are no such archive, whole and not in zip64's form.
 * Source: PKWARE, "APPNOTE.TXT – .ZIP File Format Specification", 4.3.
 */
export function listMembers(archive: ZipArchive): ReadonlyMap<string, ZipMember> {
  const view = viewOf(archive.bytes);
  const end = findEnd(view) ?? raise(noZip(archive, "no directory at its end"));
  const entries = view.getUint16(end + 10, true);
  const directoryBytes = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (entries === ELSEWHERE_16 || directoryBytes === ELSEWHERE_32 || start === ELSEWHERE_32) throw noZip64(archive);
  if (start + directoryBytes > end) throw noZip(archive, "a directory that lies outside of it");
  const members = new Map<string, ZipMember>();
  let at = start;
  for (let entry = 0; entry < entries; entry++) {
    const isWhole = at + ENTRY.bytes <= end && view.getUint32(at, true) === ENTRY.signature;
    if (!isWhole) throw noZip(archive, `a damaged directory at byte ${at}`);
    const nameBytes = view.getUint16(at + 28, true);
    const next = at + ENTRY.bytes + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw noZip(archive, `a damaged directory at byte ${at}`);
    const member = memberAt(archive, view, { at, nameBytes });
    if (members.has(member.name)) throw noZip(archive, `two members called ${JSON.stringify(member.name)}`);
    members.set(member.name, member);
    at = next;
  }
  return members;
}

/**
 * The bytes of a member. Room is made for what it says it holds only if so many packed bytes can hold that.
 *
 * @throws DataError if it is encrypted, packed in another way than by deflate, or not what the directory says.
 */
export function unpackMember(archive: ZipArchive, member: ZipMember): Uint8Array {
  const { name, method, sizeBytes, packedBytes } = member;
  if (member.isEncrypted) throw unusable(archive, member, "an encrypted one");
  if (method !== STORED && method !== DEFLATED) throw unusable(archive, member, `one packed by method ${method}`);
  if ([sizeBytes, packedBytes, member.headerOffset].includes(ELSEWHERE_32)) throw noZip64(archive);
  const packed = packedBytesOf(archive, member);
  const most = method === STORED ? packedBytes : packedBytes * MOST_PER_PACKED_BYTE;
  if (sizeBytes > most) {
    throw damaged(archive, name, `${packedBytes} packed bytes, which cannot hold ${sizeBytes}`);
  }
  const bytes = method === STORED ? packed : inflate(archive, member, packed);
  if (bytes.length !== sizeBytes) throw damaged(archive, name, `${bytes.length} bytes instead of ${sizeBytes}`);
  if (archive.crc32(bytes) !== member.crc32) throw damaged(archive, name, "bytes with another checksum");
  return bytes;
}

function memberAt(
  { bytes }: ZipArchive,
  view: DataView,
  { at, nameBytes }: { at: number; nameBytes: number },
): ZipMember {
  const nameAt = at + ENTRY.bytes;
  return {
    name: utf8.decode(bytes.subarray(nameAt, nameAt + nameBytes)),
    isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
    method: view.getUint16(at + 10, true),
    crc32: view.getUint32(at + 16, true),
    packedBytes: view.getUint32(at + 20, true),
    sizeBytes: view.getUint32(at + 24, true),
    headerOffset: view.getUint32(at + 42, true),
  };
}

/** The sizes in a member's own header are passed over: the directory has them, and NumPy writes zip64's there. */
function packedBytesOf(archive: ZipArchive, { name, headerOffset, packedBytes }: ZipMember): Uint8Array {
  const { bytes } = archive;
  const view = viewOf(bytes);
  if (headerOffset + LOCAL.bytes > bytes.length || view.getUint32(headerOffset, true) !== LOCAL.signature) {
    throw damaged(archive, name, `no header at byte ${headerOffset}`);
  }
  const lengths = view.getUint16(headerOffset + 26, true) + view.getUint16(headerOffset + 28, true);
  const start = headerOffset + LOCAL.bytes + lengths;
  if (start + packedBytes > bytes.length) throw damaged(archive, name, "an end after that of the file");
  return bytes.subarray(start, start + packedBytes);
}

function inflate(archive: ZipArchive, { name, sizeBytes }: ZipMember, packed: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let filled = 0;
  const inflating = new Inflate((chunk) => {
    if (filled + chunk.length > sizeBytes) throw damaged(archive, name, `more than ${sizeBytes} bytes`);
    bytes.set(chunk, filled);
    filled += chunk.length;
  });
  try {
    for (let start = 0; start < packed.length; start += PIECE_BYTES) {
      const end = start + PIECE_BYTES;
      inflating.push(packed.subarray(start, end), end >= packed.length);
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw damaged(archive, name, `damaged bytes (${reason})`, cause);
  }
  return bytes.subarray(0, filled);
}

/** Where the record at the end begins, which only a comment may follow. */
function findEnd(view: DataView): number | undefined {
  const last = view.byteLength - END.bytes;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT_BYTES); at--) {
    if (view.getUint32(at, true) === END.signature && view.getUint16(at + 20, true) === last - at) return at;
  }
  return undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function raise(error: Error): never {
  throw error;
}

function noZip({ path }: ZipArchive, got: string): DataError {
  return new DataError(
    `${path}: expected a zip archive as NumPy's savez writes it, got ${got}. Replace the file by an unharmed copy.`,
    { location: { path } },
  );
}

function noZip64({ path }: ZipArchive): DataError {
  return new DataError(
    `${path}: expected an archive of less than 4 GB, got the zip64 form. Save fewer images, or make a folder of them.`,
    { location: { path } },
  );
}

function unusable({ path }: ZipArchive, { name }: ZipMember, got: string): DataError {
  return new DataError(
    `${path}: ${name}: expected a member that is stored or deflated, got ${got}. ` +
      "Write the file by np.savez or np.savez_compressed.",
    { location: { path } },
  );
}

function damaged({ path }: ZipArchive, name: string, got: string, cause?: unknown): DataError {
  return new DataError(
    `${path}: ${name}: expected what the archive's directory says, got ${got}. Replace the file by an unharmed copy.`,
    { location: { path }, cause },
  );
}
