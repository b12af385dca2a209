/** @file The graph in memory: values, nodes, attributes. Every shape in it is known. */

import type { DType, Shape, Tensor } from "../../core/index.ts";
import type { ForeignNodes } from "./foreign/foreign-nodes.ts";

/** One tensor that flows through a graph. */
export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

/** An attribute with its ONNX type said out loud, since 1 may be an INT or a FLOAT. */
export type Attribute =
  | { readonly type: "INT"; readonly value: number }
  | { readonly type: "FLOAT"; readonly value: number }
  | { readonly type: "STRING"; readonly value: string }
  | { readonly type: "INTS"; readonly value: readonly number[] }
  | { readonly type: "FLOATS"; readonly value: readonly number[] }
  | { readonly type: "TENSOR"; readonly value: Tensor };

export type AttributeType = Attribute["type"];

/** An attribute as callers write it; its ONNX type comes from the operator table. */
export type RawAttribute = number | string | readonly number[] | Tensor;

/** Attributes as callers write them, to give one node's to another. */
export function rawAttributes(attributes: Readonly<Record<string, Attribute>>): Record<string, RawAttribute> {
  return Object.fromEntries(Object.entries(attributes).map(([name, { value }]) => [name, value]));
}

/** One operator applied to values; null marks an optional input that is left out. */
export interface Node {
  readonly name: string;
  readonly opType: string;
  /** Empty for the standard operators. */
  readonly domain: string;
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Nodes of a file that this one stands for; its domain is {@link FOREIGN_DOMAIN} then. */
  readonly foreign?: ForeignNodes;
  /** What a Scan does with every row of its inputs; it may read values of the graph around it. */
  readonly body?: Graph;
}

/** The domain of nodes that stand for nodes of a file. */
export const FOREIGN_DOMAIN = "graft.foreign";

/** A finished graph: nodes in an order that can be run, and the constants they use. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Tensor>;
}

/** `Conv node "conv1/Conv"`, as error messages name a node. */
export function describeNode(node: { opType: string; name: string }): string {
  return `${node.opType} node "${node.name}"`;
}
