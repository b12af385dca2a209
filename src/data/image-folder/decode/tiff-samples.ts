/** @file What samples a TIFF file holds, without the library, which takes as long to say so as to decode a small image. */

const BITS_PER_SAMPLE = 258;
const SAMPLE_FORMAT = 339;
const UNSIGNED = 1;
const SHORT = 3;
const ENTRY_BYTES = 12;

/**
 * True for a TIFF file of which these bytes say that its samples are bytes; false also where they do not say.
 *
 * Source: Adobe, "TIFF Revision 6.0", section 2.
 */
export function holdsBytes(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittleEndian = bytes[0] === 0x49;
  const short = (at: number): number | undefined =>
    at + 2 <= bytes.length ? view.getUint16(at, isLittleEndian) : undefined;
  const long = (at: number): number | undefined =>
    at + 4 <= bytes.length ? view.getUint32(at, isLittleEndian) : undefined;
  const directory = short(2) === 42 ? long(4) : undefined;
  if (directory === undefined) return false;
  let bits: number | undefined;
  let format: number | undefined = UNSIGNED;
  for (let entry = 0; entry < (short(directory) ?? 0); entry++) {
    const at = directory + 2 + ENTRY_BYTES * entry;
    const tag = short(at);
    if (tag !== BITS_PER_SAMPLE && tag !== SAMPLE_FORMAT) continue;
    // up to two values lie in the entry itself, more elsewhere; all samples of an image have the same
    const values = short(at + 2) === SHORT ? ((long(at + 4) ?? 0) <= 2 ? at + 8 : long(at + 8)) : undefined;
    const value = values === undefined ? undefined : short(values);
    if (tag === BITS_PER_SAMPLE) bits = value;
    else format = value;
  }
  return bits === 8 && format === UNSIGNED;
}
