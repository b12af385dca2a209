/** @file Puts nodes before a model's input, so that it takes another one. */

import { ConfigError, type Tensor, bytesOf } from "../../../core/index.ts";
import { attributeTypeCodes, dtypeCodes } from "../proto/codes.ts";
import { writeModel } from "../proto/proto.ts";
import { parseModel } from "../read/parse-model.ts";
import { toNumber } from "../read/numbers.ts";

/** Operators whose forms the nodes rely on have been as they are since then. */
const OLDEST_OPSET = 13;

/** A value of the front, by its name in the file. */
export type FrontValue = string;

/** Writes nodes of standard operators whose shapes nobody infers: lengths may be open. */
export interface FrontBuilder {
  op(
    opType: string,
    inputs: readonly FrontValue[],
    ints?: Readonly<Record<string, number | readonly number[]>>,
  ): FrontValue;
  constant(tensor: Tensor): FrontValue;
}

/** The new input, and what becomes of it. */
export interface Front {
  readonly input: { readonly name: string; readonly dtype: "uint8"; readonly shape: readonly (number | string)[] };
  /** The input that is no input any more. */
  readonly feeds: string;
  /** The value that is fed into it. */
  readonly build: (g: FrontBuilder) => FrontValue;
}

/**
 * The model in `bytes` behind nodes of its own; `path` names it in errors.
 *
 * @throws DataError if the bytes are no ONNX model.
 * @throws ConfigError if its operators are those of an older ONNX than the nodes.
 */
export function withFront(
  bytes: Uint8Array,
  { input, feeds, build }: Front,
  { metadata, path }: { metadata: Readonly<Record<string, string>>; path: string },
): Uint8Array {
  const { model, graph } = parseModel(bytes, path);
  const opset = toNumber(model.opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version ?? 0);
  if (opset < OLDEST_OPSET)
    throw new ConfigError(
      `${path}: expected a model of ONNX's operator set ${OLDEST_OPSET} or later, got ${opset}. Export the source network anew with a later one.`,
    );
  const nodes: object[] = [];
  const constants: object[] = [];
  const named = (list: readonly object[], kind: string): string => `front/${kind}${list.length}`;
  const g: FrontBuilder = {
    op: (opType, inputs, ints = {}) => {
      const output = named(nodes, "");
      const attribute = Object.entries(ints).map(([name, value]) =>
        typeof value === "number"
          ? { name, type: attributeTypeCodes.INT, i: value }
          : { name, type: attributeTypeCodes.INTS, ints: value },
      );
      nodes.push({ name: output, opType, domain: "", input: inputs, output: [output], attribute });
      return output;
    },
    constant: (tensor) => {
      const name = named(constants, "constant");
      constants.push({ name, dims: tensor.shape, dataType: dtypeCodes[tensor.dtype], rawData: bytesOf(tensor) });
      return name;
    },
  };
  const last = build(g);
  nodes.push({ name: "front", opType: "Identity", domain: "", input: [last], output: [feeds], attribute: [] });
  const dim = input.shape.map((length) => (typeof length === "number" ? { dimValue: length } : { dimParam: length }));
  const port = { name: input.name, type: { tensorType: { elemType: dtypeCodes[input.dtype], shape: { dim } } } };
  return writeModel({
    ...model,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      ...graph,
      node: [...nodes, ...graph.node],
      initializer: [...graph.initializer, ...constants],
      input: graph.input.map((one) => (one.name === feeds ? port : one)),
    },
  });
}
