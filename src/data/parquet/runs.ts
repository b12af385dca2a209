/** @file Small numbers in Parquet's hybrid of runs and packed bits, and never more of them than there should be. */

interface Reader {
  readonly view: DataView;
  offset: number;
}

/**
 * `count` numbers of `width` bits each, from the reader's place on; its offset is then behind them.
 *
 * @throws RangeError or Error if the bytes end before.
 */
export function readRuns(reader: Reader, { width, count }: { width: number; count: number }): Uint32Array {
  if (width > 32) throw new Error(`numbers of ${width} bits`);
  const values = new Uint32Array(count);
  // without bits there is but one number
  if (width === 0) return values;
  for (let seen = 0; seen < count;) {
    const header = readVarInt(reader);
    const own = header & 1 ? (header >>> 1) * 8 : header >>> 1;
    if (own === 0) throw new Error("a run of nothing");
    const end = Math.min(count, seen + own);
    if (header & 1) readPacked(reader, values.subarray(seen, end), width);
    else values.fill(readValue(reader, width), seen, end);
    if (header & 1) reader.offset += (header >>> 1) * width;
    seen = end;
  }
  return values;
}

/** Numbers bit after bit, the lowest first; leaves the reader where it is. */
function readPacked({ view, offset }: Reader, into: Uint32Array, width: number): void {
  for (let at = 0, bit = 0; at < into.length; at++) {
    let value = 0;
    for (let place = 0; place < width;) {
      const taken = Math.min(width - place, 8 - (bit & 7));
      const bits = (view.getUint8(offset + (bit >> 3)) >> (bit & 7)) & ((1 << taken) - 1);
      value |= bits << place;
      place += taken;
      bit += taken;
    }
    into[at] = value;
  }
}

function readValue(reader: Reader, width: number): number {
  let value = 0;
  for (let shift = 0; shift < width; shift += 8) value |= reader.view.getUint8(reader.offset++) << shift;
  return value;
}

function readVarInt(reader: Reader): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = reader.view.getUint8(reader.offset++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
  }
  throw new Error("a number that does not end");
}
