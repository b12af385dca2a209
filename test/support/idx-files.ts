/** @file IDX files, byte by byte, for tests. */

const codes = { uint8: 0x08, int8: 0x09, int16: 0x0b, int32: 0x0c, float32: 0x0d, float64: 0x0e };

const writers: Readonly<Record<keyof typeof codes, (buffer: Buffer, value: number, at: number) => number>> = {
  uint8: (buffer, value, at) => buffer.writeUInt8(value, at),
  int8: (buffer, value, at) => buffer.writeInt8(value, at),
  int16: (buffer, value, at) => buffer.writeInt16BE(value, at),
  int32: (buffer, value, at) => buffer.writeInt32BE(value, at),
  float32: (buffer, value, at) => buffer.writeFloatBE(value, at),
  float64: (buffer, value, at) => buffer.writeDoubleBE(value, at),
};

/** An IDX file of a type; `values` of a shape, one after another. */
export function idxBytes(
  shape: readonly number[],
  values: ArrayLike<number>,
  type: keyof typeof codes = "uint8",
): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, codes[type], shape.length]);
  shape.forEach((length, axis) => header.writeUInt32BE(length, 4 + 4 * axis));
  const itemBytes = Number(/\d+/.exec(type)?.[0]) / 8;
  const data = Buffer.alloc(itemBytes * values.length);
  Array.from(values).forEach((value, at) => writers[type](data, value, itemBytes * at));
  return Buffer.concat([header, data]);
}
