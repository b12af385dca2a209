/** @file What a form of an operator is given and gives back. */

import type { Tensor } from "../../../../core/index.ts";
import type { RawAttribute, Value } from "../../graph.ts";

/** A node as a file says it; empty names mark inputs and outputs that are left out. */
export interface FileNode {
  readonly name: string;
  readonly opType: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, RawAttribute>>;
}

/** What a form may ask of the graph read so far. */
export interface FormContext {
  valueOf(name: string): Value | undefined;
  constantOf(name: string): Tensor | undefined;
  /** Adds a constant and returns its name. */
  addConstant(name: string, tensor: Tensor): string;
  /** Notes that a value is the copy that a Dropout of this ratio makes of its input out of training. */
  noteDropout(name: string, ratio: number): void;
}

/** A node in the table's terms, the nodes that do what it does, or the constant that it is. */
export type Form = (
  node: FileNode,
  context: FormContext,
) => FileNode | readonly FileNode[] | { readonly constant: Tensor };
