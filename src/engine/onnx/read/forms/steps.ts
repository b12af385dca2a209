/** @file Collects the nodes that stand for one node of a file. */

import { GraphError, type Tensor, float32, int64 } from "../../../../core/index.ts";
import { type RawAttribute, describeNode } from "../../graph.ts";
import type { FileNode, FormContext } from "./form.ts";

type Attributes = Readonly<Record<string, RawAttribute>>;

export interface Steps {
  /** A constant under a label of its own. */
  constant(label: string, tensor: Tensor): string;
  number(label: string, value: number): string;
  /** @throws GraphError if the values are not whole, as those of a damaged file. */
  ints(label: string, values: readonly number[]): string;
  node(opType: string, inputs: readonly string[], attributes?: Attributes): string;
  /** The node that makes what the file's node made, after all others. */
  done(opType: string, inputs: readonly string[], attributes?: Attributes): FileNode[];
}

/** Steps in place of a node of one output. */
export function stepsOf(given: FileNode, addConstant: FormContext["addConstant"]): Steps {
  const [output] = given.outputs;
  const nodes: FileNode[] = [];
  const constant = (label: string, tensor: Tensor): string => addConstant(`${output}/${label}`, tensor);
  const add = (step: Pick<FileNode, "opType" | "inputs" | "outputs" | "attributes">): void => {
    nodes.push({ ...step, name: `${given.name}/${nodes.length}`, domain: "" });
  };
  return {
    constant,
    number: (label, value) => constant(label, float32([value], [])),
    ints: (label, values) => {
      if (values.every((value) => Number.isSafeInteger(value))) return constant(label, int64(values));
      throw new GraphError(`${describeNode(given)}: expected whole numbers, got [${values.join(", ")}].`);
    },
    node: (opType, inputs, attributes = {}) => {
      const made = `${output}/${nodes.length}`;
      add({ opType, inputs, outputs: [made], attributes });
      return made;
    },
    done: (opType, inputs, attributes = {}) => {
      add({ opType, inputs, outputs: [output], attributes });
      return nodes;
    },
  };
}
