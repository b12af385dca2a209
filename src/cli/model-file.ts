/** @file What there is to say of a model file: its inputs, outputs and operators. */

import { GraphError, formatShape, sizeOf } from "../core/index.ts";
import { type DecodedModel, type Value, decodeModel } from "../engine/onnx/index.ts";
import { plural } from "./format.ts";

/** A value that goes in or comes out, for a batch of one. */
interface Port {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** A model file as Graft reads it. */
export type ModelFile =
  | {
      readonly path: string;
      readonly producer: string;
      /** Of the standard operators. */
      readonly opset: number | undefined;
      readonly inputs: readonly Port[];
      readonly outputs: readonly Port[];
      /** Nodes by operator, most of them first. */
      readonly operators: Readonly<Record<string, number>>;
      /** Numbers in its constants: weights, mostly. */
      readonly constants: number;
    }
  | { readonly path: string; /** Why Graft cannot build it. */ readonly refused: string };

/** @throws DataError if the bytes are no ONNX model. */
export function describeModelFile(content: Uint8Array, path: string): ModelFile {
  let model: DecodedModel;
  try {
    model = decodeModel(content, { batchSize: 1, path });
  } catch (error) {
    if (error instanceof GraphError) return { path, refused: error.message };
    throw error;
  }
  const { graph, opsets, producer } = model;
  return {
    path,
    producer,
    opset: opsets[""],
    inputs: graph.inputs.map(port),
    outputs: graph.outputs.map(port),
    operators: operatorCounts(graph.nodes),
    constants: [...graph.initializers.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  };
}

/** The description as lines of text. */
export function modelFileLines(file: ModelFile): string[] {
  if ("refused" in file) return [`file       ${file.path}`, `refused    ${file.refused}`];
  const ports = (list: readonly Port[]): string =>
    list.map(({ name, dtype, shape }) => `${name} ${dtype} ${formatShape(shape)}`).join("; ");
  return [
    `file       ${file.path}`,
    `written by ${file.producer === "" ? "a program that does not say its name" : file.producer}, operator set ${file.opset ?? "unknown"}`,
    `inputs     ${ports(file.inputs)}`,
    `outputs    ${ports(file.outputs)}`,
    `constants  ${plural(file.constants, "number")}`,
    `operators  ${Object.entries(file.operators)
      .map(([name, times]) => `${name} ${times}`)
      .join(", ")}`,
  ];
}

function port({ name, dtype, shape }: Value): Port {
  return { name, dtype, shape };
}

function operatorCounts(nodes: readonly { opType: string }[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { opType } of nodes) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)));
}
