/** @file Tensors whose data lie in a file beside the model. */

import { GraphError } from "../../../core/index.ts";
import type { AttributeMessage, GraphMessage, TensorMessage } from "../proto/proto.ts";

/** The bytes of a file by its name, as the model says it; what it may read is its own decision. */
export type ExternalReader = (location: string) => Uint8Array;

/** Puts data that lie in other files into the messages. Without a reader it does nothing. */
export function fetchExternalData(graph: GraphMessage, read: ExternalReader | undefined): void {
  if (read === undefined) return;
  for (const tensor of tensorsOf(graph)) if (tensor.dataLocation !== 0) fetch(tensor, read);
}

function* tensorsOf(graph: GraphMessage): Generator<TensorMessage> {
  yield* graph.initializer;
  for (const { attribute } of graph.node) for (const one of attribute) yield* tensorsOfAttribute(one);
}

function* tensorsOfAttribute({ t, tensors, g, graphs }: AttributeMessage): Generator<TensorMessage> {
  if (t !== null) yield t;
  yield* tensors;
  for (const graph of g === null ? graphs : [g, ...graphs]) yield* tensorsOf(graph);
}

function fetch(tensor: TensorMessage, read: ExternalReader): void {
  const where = `tensor "${tensor.name}"`;
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get("location");
  if (location === undefined) throw new GraphError(`${where}: expected the file that holds its data, got none.`);
  const bytes = read(location);
  const offset = Number(entries.get("offset") ?? 0);
  const length = Number(entries.get("length") ?? Math.max(0, bytes.length - offset));
  if (![offset, length].every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw new GraphError(`${where}: expected a place in "${location}", got offset ${offset}, length ${length}.`);
  }
  if (offset + length > bytes.length) {
    throw new GraphError(
      `${where}: expected ${length} bytes from ${offset} on in "${location}", got a file of ${bytes.length} bytes.`,
    );
  }
  Object.assign(tensor, { rawData: bytes.subarray(offset, offset + length), dataLocation: 0, externalData: [] });
}
