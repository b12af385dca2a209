/** @file The messages in the bytes of a model file. */

import { DataError } from "../../../core/index.ts";
import { checkNodes } from "./check-nodes.ts";
import { type GraphMessage, type ModelMessage, readModel } from "../proto/proto.ts";

/**
 * A model's message and its graph's; `path` is for error messages.
 *
 * @throws DataError if the bytes are no ONNX model.
 * @throws GraphError if a node is one that no graph may have.
 */
export function parseModel(bytes: Uint8Array, path: string | undefined): { model: ModelMessage; graph: GraphMessage } {
  const location = path === undefined ? {} : { location: { path } };
  const where = path ?? "ONNX model";
  let model: ModelMessage;
  try {
    model = readModel(bytes);
  } catch (cause) {
    throw new DataError(`${where}: expected an ONNX model, got bytes that cannot be parsed as one.`, {
      ...location,
      cause,
    });
  }
  const { graph } = model;
  if (graph === null) throw new DataError(`${where}: expected an ONNX model, got one without a graph.`, location);
  checkNodes(model, { graph, path });
  return { model, graph };
}

/** The program that wrote a model may say anything by names of its own. */
export function metadataOf({ metadataProps }: ModelMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]));
}
