/** @file The decoded messages of a model file, as protobufjs gives them, and their reader and writer. */

import protobuf from "protobufjs/light.js";
import { onnxSchema } from "./schema.ts";

/** A 64-bit integer: a number, or protobufjs's exact representation of it. */
export type Int64 = number | { toString(): string };

export interface TensorMessage {
  readonly name: string;
  readonly dims: readonly Int64[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly Int64[];
  readonly doubleData: readonly number[];
  /** 1 where the data lie in another file. */
  readonly dataLocation: number;
  /** Where in which file they lie: `location`, `offset`, `length`. */
  readonly externalData: readonly { readonly key: string; readonly value: string }[];
}

/** A constant of mostly zeros, under the name of its values. */
export interface SparseTensorMessage {
  readonly values: TensorMessage | null;
}

export interface AttributeMessage {
  readonly name: string;
  readonly type: number;
  readonly f: number;
  readonly i: Int64;
  readonly s: Uint8Array;
  readonly t: TensorMessage | null;
  readonly g: GraphMessage | null;
  readonly graphs: readonly GraphMessage[];
  readonly tensors: readonly TensorMessage[];
  readonly floats: readonly number[];
  readonly ints: readonly Int64[];
}

export interface NodeMessage {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeMessage[];
}

export interface DimensionMessage {
  /** Which of the two is there; undefined for an axis of which nothing is said. */
  readonly value: "dimValue" | "dimParam" | undefined;
  readonly dimValue: Int64;
  readonly dimParam: string;
}

export interface ValueInfoMessage {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: { readonly dim: readonly DimensionMessage[] } | null;
    } | null;
  } | null;
}

export interface GraphMessage {
  readonly name: string;
  readonly node: readonly NodeMessage[];
  readonly initializer: readonly TensorMessage[];
  readonly sparseInitializer: readonly SparseTensorMessage[];
  readonly input: readonly ValueInfoMessage[];
  readonly output: readonly ValueInfoMessage[];
  readonly valueInfo: readonly ValueInfoMessage[];
}

export interface OpsetMessage {
  readonly domain: string;
  readonly version: Int64;
}

/** An operator that the file defines itself. */
export interface FunctionMessage {
  readonly name: string;
  readonly domain: string;
  readonly node: readonly NodeMessage[];
}

export interface ModelMessage {
  readonly irVersion: Int64;
  readonly producerName: string;
  readonly docString: string;
  readonly graph: GraphMessage | null;
  readonly opsetImport: readonly OpsetMessage[];
  readonly functions: readonly FunctionMessage[];
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
}

const root = protobuf.Root.fromJSON(onnxSchema);
const ModelProto = root.lookupType("onnx.ModelProto");
const NodeProto = root.lookupType("onnx.NodeProto");
const TensorProto = root.lookupType("onnx.TensorProto");

/** Bytes of a ModelProto given as a plain object. */
export function writeModel(message: object): Uint8Array {
  return ModelProto.encode(ModelProto.fromObject(message)).finish();
}

/** The ModelProto in `bytes`, whose memory it shares. @throws Error of protobufjs if they are not one. */
export function readModel(bytes: Uint8Array): ModelMessage {
  return ModelProto.decode(bytes) as unknown as ModelMessage;
}

/** A node message of the given fields, all others at their defaults. */
export function nodeMessage(fields: object): NodeMessage {
  return NodeProto.fromObject(fields) as unknown as NodeMessage;
}

/** A tensor message of the given fields, all others at their defaults. */
export function tensorMessage(fields: object): TensorMessage {
  return TensorProto.fromObject(fields) as unknown as TensorMessage;
}
