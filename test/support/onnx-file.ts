/** @file ONNX files written byte by byte, whole or with something wrong in them, apart from Graft's own writer. */

/** Field number and content: a varint, a text, bytes, one float32, or a message. */
export type Field = readonly [id: number, value: number | string | Uint8Array | Float32Array | Message];
export type Message = readonly Field[];

/** The bytes of a protobuf message. */
export function written(message: Message): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(message.map(fieldBytes)));
}

function fieldBytes([id, value]: Field): Uint8Array {
  if (typeof value === "number") return Buffer.concat([varint(8 * id), varint(value)]);
  if (value instanceof Float32Array)
    return Buffer.concat([varint(8 * id + 5), new Uint8Array(value.slice(0, 1).buffer)]);
  const content = typeof value === "string" ? Buffer.from(value) : value instanceof Uint8Array ? value : written(value);
  return Buffer.concat([varint(8 * id + 2), varint(content.length), content]);
}

/** Negative numbers are 64 bits long. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...bytes, Number(rest)]);
}

type AttributeValue = number | string | readonly number[] | Float32Array;

/** A NodeProto, named after its first output. */
export function node(
  opType: string,
  [inputs, outputs]: readonly [readonly string[], readonly string[]],
  attributes: Readonly<Record<string, AttributeValue>> = {},
): Message {
  return [
    ...inputs.map((name): Field => [1, name]),
    ...outputs.map((name): Field => [2, name]),
    [3, outputs[0]],
    [4, opType],
    ...Object.entries(attributes).map(([name, value]): Field => [5, attribute(name, value)]),
  ];
}

function attribute(name: string, value: AttributeValue): Message {
  if (typeof value === "number") return [[1, name], [3, value], [20, 2]]; // prettier-ignore
  if (typeof value === "string") return [[1, name], [4, value], [20, 3]]; // prettier-ignore
  if (value instanceof Float32Array) return [[1, name], [2, value], [20, 1]]; // prettier-ignore
  return [[1, name], ...value.map((one): Field => [8, one]), [20, 7]];
}

/** A TensorProto of float32 numbers that differ from each other, or of one number all over. */
export function weight(name: string, dims: readonly number[], all?: number): Message {
  const size = dims.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, (_, index) => all ?? Math.sin(index + name.length));
  return [...dims.map((length): Field => [1, length]), [2, 1], [8, name], [9, new Uint8Array(values.buffer)]];
}

/** A TensorProto of int64 numbers. */
export function int64s(name: string, values: readonly number[]): Message {
  return [
    [1, values.length],
    [2, 7],
    [8, name],
    [9, new Uint8Array(BigInt64Array.from(values, BigInt).buffer)],
  ];
}

/** A TensorProto of float32 whose data lie in another file. */
export function elsewhere(name: string, dims: readonly number[], place: Readonly<Record<string, string>>): Message {
  const entries = Object.entries(place).map(([key, value]): Field => [13, [[1, key], [2, value]]]); // prettier-ignore
  return [...dims.map((length): Field => [1, length]), [2, 1], [8, name], ...entries, [14, 1]];
}

/** A ValueInfoProto of a tensor; lengths by name are symbolic. ONNX's number of float32 is 1. */
export function declared(name: string, dims: readonly (number | string)[], elementType = 1): Message {
  const shape = dims.map((length): Field => [1, [typeof length === "number" ? [1, length] : [2, length]]]);
  return [[1, name], [2, [[1, [[1, elementType], [2, shape]]]]]]; // prettier-ignore
}

/** The parts of a model; what is left out is a small classifier's. */
export interface ModelParts {
  readonly inputs?: readonly Message[];
  readonly nodes?: readonly Message[];
  readonly weights?: readonly Message[];
  readonly output?: string;
  readonly opset?: number;
  /** The program that wrote it; nobody when left out. */
  readonly producer?: string;
}

/** Convolution to mean of a small classifier: 3 channels to 2. */
export const body: readonly Message[] = [
  node("Conv", [["images", "conv.weight"], ["conv"]]),
  node("Relu", [["conv"], ["relu"]]),
  node("GlobalAveragePool", [["relu"], ["mean"]]),
  node("Flatten", [["mean"], ["flat"]]),
];
/** The head of the small classifier: 2 features to 3 classes. */
export const head: Message = node("Gemm", [["flat", "fc.weight", "fc.bias"], ["logits"]], { transB: 1 });
export const weights: readonly Message[] = [
  weight("conv.weight", [2, 3, 1, 1]),
  weight("fc.weight", [3, 2]),
  weight("fc.bias", [3]),
];

/** A ModelProto as a message. */
export function model(parts: ModelParts = {}): Message {
  const inputs = parts.inputs ?? [declared("images", ["N", 3, 4, 4])];
  const graph: Message = [
    ...(parts.nodes ?? [...body, head]).map((one): Field => [1, one]),
    [2, "small"],
    ...(parts.weights ?? weights).map((one): Field => [5, one]),
    ...inputs.map((one): Field => [11, one]),
    [12, declared(parts.output ?? "logits", ["N", 3])],
  ];
  const producer: Message = parts.producer === undefined ? [] : [[2, parts.producer]];
  return [[1, 8], ...producer, [7, graph], [8, [[1, ""], [2, parts.opset ?? 13]]]]; // prettier-ignore
}
