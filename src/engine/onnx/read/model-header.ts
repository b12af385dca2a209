/** @file What a model file says of itself: its metadata, inputs and outputs, without building its graph. */

import type { DType } from "../../../core/index.ts";
import { dtypeCodes } from "../proto/codes.ts";
import type { ValueInfoMessage } from "../proto/proto.ts";
import { toNumber } from "./numbers.ts";
import { metadataOf, parseModel } from "./parse-model.ts";

/** An input or output as the file declares it. */
export interface ModelPort {
  readonly name: string;
  /** Undefined for one that Graft does not hold. */
  readonly dtype: DType | undefined;
  /** An axis whose length is left open is its name, or `?`. */
  readonly shape: readonly (number | string)[];
}

/** A model file without its nodes. */
export interface ModelHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
}

/**
 * Reads any ONNX model's header, also that of one whose operators Graft does not know.
 *
 * @throws DataError if the bytes are no ONNX model.
 */
export function readModelHeader(bytes: Uint8Array, { path }: { path?: string } = {}): ModelHeader {
  const { model, graph } = parseModel(bytes, path);
  const constants = new Set(graph.initializer.map(({ name }) => name));
  return {
    metadata: metadataOf(model),
    // a constant may also be listed as an input
    inputs: graph.input.filter(({ name }) => !constants.has(name)).map(portOf),
    outputs: graph.output.map(portOf),
  };
}

function portOf({ name, type }: ValueInfoMessage): ModelPort {
  const tensor = type?.tensorType ?? null;
  const dtype = (Object.keys(dtypeCodes) as DType[]).find((known) => dtypeCodes[known] === tensor?.elemType);
  const shape = (tensor?.shape?.dim ?? []).map(({ value, dimValue, dimParam }) => {
    const length = value === "dimValue" ? toNumber(dimValue) : 0;
    return length > 0 ? length : dimParam || "?";
  });
  return { name, dtype, shape };
}
