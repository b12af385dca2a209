/** @file What a model file wants to be fed. */

import { type DType, GraphError } from "../../../core/index.ts";
import type { Value } from "../graph.ts";
import { dtypeOfFileCode } from "../proto/codes.ts";
import type { DimensionMessage, ValueInfoMessage } from "../proto/proto.ts";
import type { ModelFile } from "./model-file.ts";
import { toNumber } from "./numbers.ts";

/** How the inputs of a file are read. */
export interface InputOptions {
  /** Lengths of symbolic axes by their names; an axis without a name is called `<input>[<axis>]`. */
  dims?: Readonly<Record<string, number>>;
  /** Length of axis 0 of inputs where it is symbolic and not in `dims`. */
  batchSize?: number;
  /**
   * Computes what depends on constants and shapes alone, so that the graph has no arithmetic on shapes,
   * and holds every floating point number, and images of bytes, as float32. The graph stays as it is when left out.
   */
  simplify?: boolean;
}

/** An input as a file declares it. */
export interface InputInfo {
  readonly name: string;
  readonly dtype: DType;
  /** Undefined for an axis of open length. */
  readonly lengths: readonly (number | undefined)[];
  /** Axes of open length, under the names that `dims` knows them by. */
  readonly open: readonly { readonly axis: number; readonly name: string }[];
}

/** The inputs that a file wants to be fed. */
export function inputInfo(file: ModelFile): InputInfo[] {
  return fedInputs(file).map(({ name, type }) => {
    const dims = type?.tensorType?.shape?.dim ?? [];
    const lengths = dims.map(fixedLength);
    const open = dims.flatMap((dim, axis) =>
      lengths[axis] === undefined ? [{ axis, name: openAxisName(dim, { input: name, axis }) }] : [],
    );
    return { name, dtype: dtypeOfFileCode(type?.tensorType?.elemType ?? 0, `input "${name}"`), lengths, open };
  });
}

/** The same as values whose every length is known. @throws GraphError if a length is left open. */
export function inputValues(file: ModelFile, options: InputOptions): Value[] {
  return fedInputs(file).map((input) => inputValue(input, options));
}

/** A constant may also be listed as an input, which only says that it can be overridden. */
export function fedInputs({ graph }: ModelFile): ValueInfoMessage[] {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  return graph.input.filter(({ name }) => !constants.has(name));
}

/** One input of a file as a value. */
export function inputValue({ name, type }: ValueInfoMessage, options: InputOptions): Value {
  const where = `input "${name}"`;
  const tensorType = type?.tensorType ?? null;
  if (tensorType === null || tensorType.shape === null) {
    throw new GraphError(
      `${where}: expected a tensor of known rank, got ${tensorType === null ? "no tensor" : "no shape"}.`,
    );
  }
  const shape = tensorType.shape.dim.map((dim, axis) => lengthOf(dim, { input: name, axis, options }));
  const dtype = dtypeOfFileCode(tensorType.elemType, where);
  const isImage = dtype === "uint8" && shape.length === 4;
  const simplified = options.simplify === true && (isImage || dtype === "float16" || dtype === "float64");
  return { name, dtype: simplified ? "float32" : dtype, shape };
}

function lengthOf(
  dim: DimensionMessage,
  { input, axis, options: { dims = {}, batchSize } }: { input: string; axis: number; options: InputOptions },
): number {
  const fixed = fixedLength(dim);
  if (fixed !== undefined) return fixed;
  const axisName = openAxisName(dim, { input, axis });
  const bound = Object.hasOwn(dims, axisName) ? dims[axisName] : axis === 0 ? batchSize : undefined;
  if (bound === undefined) {
    throw new GraphError(
      `input "${input}": expected every length to be known, got the symbolic "${axisName}" on axis ${axis}. ` +
        `Give it a length in dims.`,
    );
  }
  if (!Number.isSafeInteger(bound) || bound < 1) {
    throw new GraphError(`input "${input}": expected a length of 1 or more for "${axisName}", got ${bound}.`);
  }
  return bound;
}

/** Undefined for a length left open; some writers say 0 or -1. */
function fixedLength(dim: DimensionMessage): number | undefined {
  const length = dim.value === "dimValue" ? toNumber(dim.dimValue) : -1;
  return Number.isSafeInteger(length) && length > 0 ? length : undefined;
}

function openAxisName(dim: DimensionMessage, { input, axis }: { input: string; axis: number }): string {
  return dim.value === "dimParam" && dim.dimParam !== "" ? dim.dimParam : `${input}[${axis}]`;
}
