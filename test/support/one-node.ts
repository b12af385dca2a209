/** @file Models of one node, as a file of a given operator set has it. */

import { type Tensor, bytesOf } from "../../src/core/index.ts";
import { dtypeCodes } from "../../src/engine/onnx/index.ts";
import { type Field, type Message, declared, written } from "./onnx-file.ts";

export interface OneNode {
  readonly opType: string;
  readonly opset: number;
  readonly attributes?: Readonly<Record<string, number | string | readonly number[] | Tensor>>;
  /** By place; a shape is an input x0, x1, … that is fed, a tensor a constant, null one that is left out. */
  readonly inputs: readonly (readonly number[] | Tensor | null)[];
  readonly outputs?: number;
}

type AttributeValue = number | string | readonly number[] | Tensor;

/** Attributes that are numbers with a fraction; those of a file say their type. */
const floats: ReadonlySet<string> = new Set(["alpha", "beta", "bias", "epsilon", "scale", "cubic_coeff_a", "softcap"]);

/** The bytes of a model whose outputs are y0, y1, …. */
export function oneNodeModel({ opType, opset, attributes = {}, inputs, outputs = 1 }: OneNode): Uint8Array {
  const isShape = (input: OneNode["inputs"][number]): input is readonly number[] => Array.isArray(input);
  const names = inputs.map((given, index) => (given === null ? "" : `x${index}`));
  const made = Array.from({ length: outputs }, (_, index) => `y${index}`);
  const node: Message = [
    ...names.map((name): Field => [1, name]),
    ...made.map((name): Field => [2, name]),
    [3, opType],
    [4, opType],
    ...Object.entries(attributes).map((entry): Field => [5, attribute(entry)]),
  ];
  const graph: Message = [
    [1, node],
    [2, "one node"],
    ...inputs.flatMap((given, index): Field[] =>
      given === null || isShape(given) ? [] : [[5, constant(names[index], given)]],
    ),
    ...inputs.flatMap((given, index): Field[] => (isShape(given) ? [[11, declared(names[index], given)]] : [])),
    ...made.map((name): Field => [12, [[1, name]]]),
  ];
  return written([[1, 10], [7, graph], [8, [[1, ""], [2, opset]]]]); // prettier-ignore
}

function attribute([name, value]: [string, AttributeValue]): Message {
  if (typeof value === "string") return [[1, name], [4, value], [20, 3]]; // prettier-ignore
  if (typeof value === "number") {
    return floats.has(name) ? [[1, name], [2, Float32Array.of(value)], [20, 1]] : [[1, name], [3, value], [20, 2]]; // prettier-ignore
  }
  if ("dtype" in value) return [[1, name], [5, constant(name, value)], [20, 4]]; // prettier-ignore
  return [[1, name], ...value.map((one): Field => [8, one]), [20, 7]];
}

function constant(name: string, tensor: Tensor): Message {
  return [
    ...tensor.shape.map((length): Field => [1, length]),
    [2, dtypeCodes[tensor.dtype]],
    [8, name],
    [9, bytesOf(tensor)],
  ];
}
