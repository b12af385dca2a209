/** @file Checks a node against the operator table: its operator, its attributes, and the types of its outputs. */

import { GraphError, formatShape, nearestName } from "../../core/index.ts";
import { type Attribute, type AttributeType, type Node, type RawAttribute, describeNode } from "./graph.ts";
import type { NodeView, Operator, OutputType } from "./operator.ts";
import { operatorsByDomain } from "./operators/table.ts";

const descriptions: Readonly<Record<AttributeType, string>> = {
  INT: "a whole number",
  FLOAT: "a number",
  STRING: "a string",
  INTS: "a list of whole numbers",
  FLOATS: "a list of numbers",
  TENSOR: "a tensor",
};

/**
 * The operator that a node applies.
 *
 * @throws GraphError naming the node and the nearest operator that Graft knows.
 */
export function findOperator(node: Pick<Node, "domain" | "opType" | "name">): Operator {
  const operators = operatorsByDomain[node.domain] ?? {};
  if (Object.hasOwn(operators, node.opType)) return operators[node.opType];
  const near = nearestName(node.opType, Object.keys(operators));
  throw new GraphError(
    `${describeNode(node)}: expected an operator that Graft knows, got "${node.opType}"` +
      `${node.domain === "" ? "" : ` of the domain "${node.domain}"`}.` +
      (near === undefined ? "" : ` Did you mean "${near}"?`),
  );
}

/**
 * An attribute with the type that the operator gives it.
 *
 * @throws GraphError if the operator has no such attribute, or the value is of another type.
 */
export function typedAttribute(
  operator: Operator,
  { node, key, value }: { node: Pick<Node, "opType" | "name">; key: string; value: RawAttribute },
): Attribute {
  if (!Object.hasOwn(operator.attributes, key)) {
    const known = Object.keys(operator.attributes).join(", ") || "none";
    throw new GraphError(`${describeNode(node)}: expected attributes among ${known}, got "${key}".`);
  }
  const type = operator.attributes[key];
  if (!fits(type, value)) {
    const got = typeof value === "object" && "dtype" in value ? `a tensor` : JSON.stringify(value);
    throw new GraphError(`${describeNode(node)}: expected ${descriptions[type]} as ${key}, got ${got}.`);
  }
  return { type, value } as Attribute;
}

/**
 * Types of a node's first `count` outputs.
 *
 * @throws GraphError if the inputs do not fit, or there are fewer outputs.
 */
export function inferOutputs(operator: Operator, view: NodeView, count: number): readonly OutputType[] {
  const types = operator.infer(view);
  if (count > types.length) throw view.error(`expected at most ${types.length} outputs to be asked for, got ${count}`);
  for (const { shape } of types) {
    if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
      throw view.error(`expected output lengths of 0 or more, got ${formatShape(shape)}`);
    }
  }
  return types.slice(0, count);
}

function fits(type: AttributeType, value: RawAttribute): boolean {
  switch (type) {
    case "INT":
      return Number.isSafeInteger(value);
    case "FLOAT":
      return typeof value === "number";
    case "STRING":
      return typeof value === "string";
    case "INTS":
      return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry));
    case "FLOATS":
      return Array.isArray(value) && value.every((entry) => typeof entry === "number");
    case "TENSOR":
      return typeof value === "object" && "dtype" in value;
  }
}
