/**
 * @file The messages of onnx.proto that Graft reads and writes, as a protobufjs descriptor.
 *
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3, field numbers as there.
 */

import type { INamespace } from "protobufjs";

const field = (type: string, id: number): { type: string; id: number } => ({ type, id });
const repeated = (type: string, id: number): { rule: string; type: string; id: number } => ({
  rule: "repeated",
  type,
  id,
});

export const onnxSchema: INamespace = {
  nested: {
    onnx: {
      nested: {
        ModelProto: {
          fields: {
            irVersion: field("int64", 1),
            producerName: field("string", 2),
            producerVersion: field("string", 3),
            graph: field("GraphProto", 7),
            opsetImport: repeated("OperatorSetIdProto", 8),
            metadataProps: repeated("StringStringEntryProto", 14),
            docString: field("string", 6),
            functions: repeated("FunctionProto", 25),
          },
        },
        OperatorSetIdProto: { fields: { domain: field("string", 1), version: field("int64", 2) } },
        StringStringEntryProto: { fields: { key: field("string", 1), value: field("string", 2) } },
        FunctionProto: {
          fields: {
            name: field("string", 1),
            input: repeated("string", 4),
            output: repeated("string", 5),
            attribute: repeated("string", 6),
            node: repeated("NodeProto", 7),
            opsetImport: repeated("OperatorSetIdProto", 9),
            domain: field("string", 10),
            attributeProto: repeated("AttributeProto", 11),
            valueInfo: repeated("ValueInfoProto", 12),
            overload: field("string", 13),
          },
        },
        GraphProto: {
          fields: {
            node: repeated("NodeProto", 1),
            name: field("string", 2),
            initializer: repeated("TensorProto", 5),
            input: repeated("ValueInfoProto", 11),
            output: repeated("ValueInfoProto", 12),
            valueInfo: repeated("ValueInfoProto", 13),
            sparseInitializer: repeated("SparseTensorProto", 15),
          },
        },
        NodeProto: {
          fields: {
            input: repeated("string", 1),
            output: repeated("string", 2),
            name: field("string", 3),
            opType: field("string", 4),
            attribute: repeated("AttributeProto", 5),
            domain: field("string", 7),
            overload: field("string", 8),
          },
        },
        AttributeProto: {
          fields: {
            name: field("string", 1),
            f: field("float", 2),
            i: field("int64", 3),
            s: field("bytes", 4),
            t: field("TensorProto", 5),
            g: field("GraphProto", 6),
            floats: repeated("float", 7),
            ints: repeated("int64", 8),
            strings: repeated("bytes", 9),
            tensors: repeated("TensorProto", 10),
            graphs: repeated("GraphProto", 11),
            tp: field("TypeProto", 14),
            sparseTensor: field("SparseTensorProto", 22),
            sparseTensors: repeated("SparseTensorProto", 23),
            typeProtos: repeated("TypeProto", 15),
            type: field("int32", 20),
            refAttrName: field("string", 21),
          },
        },
        TensorProto: {
          fields: {
            dims: repeated("int64", 1),
            dataType: field("int32", 2),
            floatData: repeated("float", 4),
            int32Data: repeated("int32", 5),
            stringData: repeated("bytes", 6),
            int64Data: repeated("int64", 7),
            name: field("string", 8),
            rawData: field("bytes", 9),
            doubleData: repeated("double", 10),
            uint64Data: repeated("uint64", 11),
            externalData: repeated("StringStringEntryProto", 13),
            dataLocation: field("int32", 14),
          },
        },
        SparseTensorProto: {
          fields: {
            values: field("TensorProto", 1),
            indices: field("TensorProto", 2),
            dims: repeated("int64", 3),
          },
        },
        ValueInfoProto: { fields: { name: field("string", 1), type: field("TypeProto", 2) } },
        TypeProto: {
          fields: {
            tensorType: field("TensorTypeProto", 1),
            sequenceType: field("SequenceTypeProto", 4),
            optionalType: field("OptionalTypeProto", 9),
          },
        },
        SequenceTypeProto: { fields: { elemType: field("TypeProto", 1) } },
        OptionalTypeProto: { fields: { elemType: field("TypeProto", 1) } },
        TensorTypeProto: { fields: { elemType: field("int32", 1), shape: field("TensorShapeProto", 2) } },
        TensorShapeProto: { fields: { dim: repeated("DimensionProto", 1) } },
        DimensionProto: {
          oneofs: { value: { oneof: ["dimValue", "dimParam"] } },
          fields: { dimValue: field("int64", 1), dimParam: field("string", 2) },
        },
      },
    },
  },
};
