/** @file Nodes of a file that Graft carries as they are, without looking into them. */

import type { FunctionMessage, NodeMessage, SparseTensorMessage, TensorMessage } from "../proto/proto.ts";

/** A part of a file, from one value to another; not to be changed by those who hold it. */
export interface ForeignNodes {
  /** In the order of the file, and what they depend on. */
  readonly nodes: readonly NodeMessage[];
  readonly initializers: readonly TensorMessage[];
  readonly sparse: readonly SparseTensorMessage[];
  readonly functions: readonly FunctionMessage[];
  /** Operator set version of each domain. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly irVersion: number;
  /** Names, in the file, of the value that is fed and of the one that is wanted; nothing is fed where it is empty. */
  readonly input: string;
  readonly output: string;
  /** True where the nodes take one image alone: each of a batch is given to them on its own. */
  readonly oneByOne: boolean;
  /** Floating point operations of one image, as far as they are known. */
  readonly flops: number;
}
