/** @file TIFF files of any type of samples, byte by byte, for tests. */

type Samples =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** What a tag holds: short numbers or long ones, one for each of `count`. */
interface Tag {
  readonly tag: number;
  readonly type: 3 | 4;
  readonly values: readonly number[];
}

/** A TIFF of one strip; samples pixel by pixel, of 1 or 3 channels and, of 4, alpha. Source: Adobe, "TIFF Revision 6.0". */
export function tiffOf(samples: Samples, [channels, height, width]: readonly [number, number, number]): Buffer {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const format = samples instanceof Float32Array || samples instanceof Float64Array ? 3 : isSigned(samples) ? 2 : 1;
  const each = (value: number): number[] => Array.from({ length: channels }, () => value);
  const long = (tag: number, value: number): Tag => ({ tag, type: 4, values: [value] });
  const short = (tag: number, values: readonly number[]): Tag => ({ tag, type: 3, values });
  const tags = [
    long(256, width),
    long(257, height),
    short(258, each(8 * samples.BYTES_PER_ELEMENT)),
    short(259, [1]),
    short(262, [channels >= 3 ? 2 : 1]),
    long(273, 8),
    short(277, [channels]),
    long(278, height),
    long(279, data.length),
    short(284, [1]),
    ...(channels === 4 ? [short(338, [2])] : []),
    short(339, each(format)),
  ];
  return writeTags(data, tags);
}

function isSigned(samples: Samples): boolean {
  return samples instanceof Int8Array || samples instanceof Int16Array || samples instanceof Int32Array;
}

/** The header, the pixels, the directory, then what does not fit into it. */
function writeTags(data: Buffer, tags: readonly Tag[]): Buffer {
  const directory = Buffer.alloc(2 + 12 * tags.length + 4);
  const end = 8 + data.length + directory.length;
  const rest: Buffer[] = [];
  directory.writeUInt16LE(tags.length);
  tags.forEach(({ tag, type, values }, index) => {
    const at = 2 + 12 * index;
    const bytes = Buffer.alloc(Math.max(4, (type === 3 ? 2 : 4) * values.length));
    values.forEach((value, place) =>
      type === 3 ? bytes.writeUInt16LE(value, 2 * place) : bytes.writeUInt32LE(value, 4 * place),
    );
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(values.length, at + 4);
    if (bytes.length === 4) bytes.copy(directory, at + 8);
    else {
      directory.writeUInt32LE(end + rest.reduce((sum, { length }) => sum + length, 0), at + 8);
      rest.push(bytes);
    }
  });
  const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(8 + data.length, 4);
  return Buffer.concat([header, data, directory, ...rest]);
}
