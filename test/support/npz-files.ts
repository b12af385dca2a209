/** @file NumPy's files, byte by byte, for tests. */

import { zipSync } from "fflate";

/** An array as a .npy file has it. */
export interface NpyContent {
  readonly descr?: string;
  readonly shape?: readonly number[];
  readonly fortranOrder?: boolean;
  readonly data?: Uint8Array | undefined;
  /** Major version of the format. */
  readonly version?: number;
  /** Instead of what the others make. */
  readonly header?: string;
}

/** The bytes of a .npy file; whatever is left out is that of an empty array of bytes. */
export function npyBytes({
  descr = "|u1",
  shape = [0],
  fortranOrder = false,
  data = new Uint8Array(),
  version = 1,
  header,
}: NpyContent): Uint8Array {
  const order = fortranOrder ? "True" : "False";
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = Buffer.from(header ?? `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${tuple}, }\n`);
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(text.length, 0, length.length);
  return Uint8Array.from(
    Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY"), Buffer.from([version, 0]), length, text, data]),
  );
}

type Typed =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** An array of these elements; a list where no shape is given. */
export function npyOf(typed: Typed, shape: readonly number[] = [typed.length]): NpyContent {
  const kind = typed.constructor.name.replace("Big", "").charAt(0).toLowerCase();
  const data = new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
  return { descr: `<${kind}${typed.BYTES_PER_ELEMENT}`, shape, data };
}

/** The bytes of a .npz file of arrays by name. */
export function npzBytes(arrays: Readonly<Record<string, NpyContent>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npyBytes(array)])));
}
