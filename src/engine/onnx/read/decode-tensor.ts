/** @file Tensors and attributes out of the messages of a model file. */

import { type DType, GraphError, type Tensor, arrayOf, formatShape, halfToNumber } from "../../../core/index.ts";
import type { Attribute, RawAttribute } from "../graph.ts";
import { attributeTypeCodes, dtypeOfFileCode } from "../proto/codes.ts";
import type { AttributeMessage, Int64, TensorMessage } from "../proto/proto.ts";
import { toNumber } from "./numbers.ts";

/** Where a file keeps elements that are not raw bytes; narrow types share the 32-bit field. */
const typedFields = {
  float32: "floatData",
  float64: "doubleData",
  float16: "int32Data",
  int64: "int64Data",
  int32: "int32Data",
  int8: "int32Data",
  uint8: "int32Data",
  bool: "int32Data",
} as const satisfies Record<DType, keyof TensorMessage>;

/**
 * The tensor of a message; its data are copied.
 *
 * @throws GraphError if its data do not match its shape, or lie in another file.
 */
export function decodeTensor(message: TensorMessage): Tensor {
  const where = `tensor "${message.name}"`;
  const dtype = dtypeOfFileCode(message.dataType, where);
  if (message.dataLocation !== 0) {
    throw new GraphError(`${where}: expected its data in the model file, got a reference to another file.`);
  }
  const shape = message.dims.map((length) => toNumber(length));
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new GraphError(`${where}: expected lengths of 0 or more, got ${formatShape(shape)}.`);
  }
  const data = message.rawData.length > 0 ? rawElements(message, dtype) : typedElements(message, dtype);
  const count = shape.reduce((product, length) => product * length, 1);
  if (data.length !== count) {
    throw new GraphError(
      `${where}: expected ${count} elements for the shape ${formatShape(shape)}, got ${data.length}.`,
    );
  }
  return { dtype, shape, data } as Tensor;
}

function rawElements({ name, rawData }: TensorMessage, dtype: DType): Tensor["data"] {
  const array = arrayOf[dtype];
  if (rawData.length % array.BYTES_PER_ELEMENT !== 0) {
    throw new GraphError(
      `tensor "${name}": expected a multiple of ${array.BYTES_PER_ELEMENT} bytes for ${dtype}, got ${rawData.length}.`,
    );
  }
  // a new buffer: the file's bytes are shared and may be aligned to nothing
  return new array(new Uint8Array(rawData).buffer);
}

function typedElements(message: TensorMessage, dtype: DType): Tensor["data"] {
  if (dtype === "int64") return BigInt64Array.from(message.int64Data, toBigInt);
  return arrayOf[dtype].from(message[typedFields[dtype]] as readonly number[]);
}

/** The same numbers as float32 where they are floating point of another width; other tensors as they are. */
export function asFloat32(tensor: Tensor): Tensor {
  if (tensor.dtype === "float64")
    return { ...tensor, dtype: "float32", data: Float32Array.from(tensor.data as Float64Array) };
  if (tensor.dtype !== "float16") return tensor;
  return { ...tensor, dtype: "float32", data: Float32Array.from(tensor.data as Uint16Array, halfToNumber) };
}

/** Of all bytes, a mark of their order among them. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The value of an attribute message.
 *
 * `where` is how an error names its node.
 *
 * @throws GraphError if it is a graph, a list of strings or tensors, or of a type that ONNX does not have.
 */
export function decodeAttribute(message: AttributeMessage, where: string): RawAttribute {
  const decoders: Record<Attribute["type"], () => RawAttribute | null> = {
    FLOAT: () => message.f,
    INT: () => toNumber(message.i),
    // where the message has none it is an empty list
    STRING: () => utf8.decode(Uint8Array.from(message.s)),
    TENSOR: () => (message.t === null ? null : decodeTensor(message.t)),
    FLOATS: () => [...message.floats],
    INTS: () => message.ints.map((value) => toNumber(value)),
  };
  const types = Object.entries(attributeTypeCodes) as [Attribute["type"], number][];
  const type = types.find(([, code]) => code === message.type)?.[0];
  const value = type === undefined ? null : decoders[type]();
  if (value === null) {
    throw new GraphError(
      `${where}: expected ${message.name} to be a number, a string, a tensor or a list of numbers, ` +
        `got an attribute of ONNX's type ${message.type}.`,
    );
  }
  return value;
}

function toBigInt(value: Int64): bigint {
  return BigInt(value.toString());
}
