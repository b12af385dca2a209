/** @file Door of `engine/onnx`: build ONNX graphs with inferred shapes; write and read model files. */

export { decodeModel, decodeModelFile, type DecodeOptions, type DecodedModel } from "./read/decode.ts";
export { inputInfo, inputValues, type InputInfo } from "./read/file-inputs.ts";
export { fileInfo, type FileInfo, type Port } from "./read/file-info.ts";
export { PROBED, encodeProbe, toFloat32 } from "./foreign/encode-foreign.ts";
export type { ForeignNodes } from "./foreign/foreign-nodes.ts";
export { dependents, operatorCounts, takeNodes } from "./foreign/take-nodes.ts";
export { withFront, type Front, type FrontBuilder, type FrontValue } from "./foreign/with-front.ts";
export { tensorsOfAttribute, type ExternalFile, type ExternalReader } from "./read/external-data.ts";
export { dtypeCodes } from "./proto/codes.ts";
export { asFloat32, decodeTensor } from "./read/decode-tensor.ts";
export { metadataOf } from "./read/parse-model.ts";
export { domainName, readModelFile, type ModelFile } from "./read/model-file.ts";
export type { AttributeMessage, NodeMessage, TensorMessage } from "./proto/proto.ts";
export { IR_VERSION, OPSET_VERSION, encodeModel, type EncodeOptions } from "./encode.ts";
export {
  describeNode,
  rawAttributes,
  type Attribute,
  type Graph,
  type Node,
  type RawAttribute,
  type Value,
} from "./graph.ts";
export { GraphBuilder, type NodeOptions } from "./graph-builder.ts";
export { Operations } from "./operations.ts";
export { readModelHeader, type ModelHeader, type ModelPort } from "./read/model-header.ts";
export { NodeView, type Operator, type OutputType } from "./operator.ts";
export { BLOCKED_DOMAIN } from "./operators/blocked.ts";
export { einsumOf, einsumShape, equationOf } from "./operators/einsum.ts";
export { sliceRanges } from "./operators/layout.ts";
export { reducedAxes } from "./operators/reductions.ts";
export { resizedAxes } from "./operators/resampling.ts";
export {
  operatorsByDomain,
  standardOperators,
  microsoftOperators,
  type StandardOperatorName,
} from "./operators/table.ts";
export { GRAFT_DOMAIN, trainingOperators } from "./operators/training.ts";
export { slidLengths, windowOf, type Window } from "./operators/windows.ts";
