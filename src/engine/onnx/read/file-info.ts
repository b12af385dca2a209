/** @file What a model file says of itself, whether Graft can build its graph or not. */

import { operatorCounts } from "../foreign/take-nodes.ts";
import { dtypeCodes } from "../proto/codes.ts";
import type { ValueInfoMessage } from "../proto/proto.ts";
import { fedInputs } from "./file-inputs.ts";
import type { ModelFile } from "./model-file.ts";
import { toNumber } from "./numbers.ts";

/** A value that goes in or comes out, as the file declares it. */
export interface Port {
  readonly name: string;
  readonly dtype: string;
  /** Lengths, names of open ones, `?` where they have none; null where the file does not say. */
  readonly shape: readonly (number | string)[] | null;
}

/** A file as a person would describe it. */
export interface FileInfo {
  /** The program that wrote the file; empty where the file does not say. */
  readonly producer: string;
  /** Of the standard operators, as the file has it. */
  readonly opset: number | undefined;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Nodes by operator, most of them first, those in graphs inside others left out. */
  readonly operators: Readonly<Record<string, number>>;
  /** Numbers in its constants: weights, mostly. */
  readonly constants: number;
}

/** Describes a file. */
export function fileInfo(file: ModelFile): FileInfo {
  const { model, graph } = file;
  const standard = model.opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx");
  return {
    producer: model.producerName,
    opset: standard === undefined ? undefined : toNumber(standard.version),
    inputs: fedInputs(file).map(port),
    outputs: graph.output.map(port),
    operators: operatorCounts(graph.node),
    constants: graph.initializer.reduce(
      (sum, { dims }) => sum + dims.reduce<number>((size, length) => size * toNumber(length), 1),
      0,
    ),
  };
}

function port({ name, type }: ValueInfoMessage): Port {
  const { elemType, shape = null } = type?.tensorType ?? {};
  const known = Object.entries(dtypeCodes).find(([, code]) => code === elemType)?.[0];
  const lengths = shape?.dim.map(({ value, dimValue, dimParam }) => {
    if (value === "dimValue") return toNumber(dimValue);
    return value === "dimParam" && dimParam !== "" ? dimParam : "?";
  });
  return { name, dtype: known ?? "of another type", shape: lengths ?? null };
}
