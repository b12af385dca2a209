/** @file Tensors whose data lie in a file beside the model. */

import { GraphError } from "../../../core/index.ts";
import type { AttributeMessage, GraphMessage, TensorMessage } from "../proto/proto.ts";

/** A file that is open. */
export interface ExternalFile {
  readonly sizeBytes: number;
  read(offset: number, length: number): Uint8Array;
  close(): void;
}

/** Opens a file by its name, as the model says it; what it may open is its own decision. */
export type ExternalReader = (location: string) => ExternalFile;

/** Tensors may share their numbers, but a file cannot stand for many times its size. */
const MOST_READS = 2;

/** What one array of bytes can be read into at once. */
const MOST_BYTES = 2 ** 31 - 1;

/** An open file, and how many bytes of it were read. */
interface Opened {
  readonly file: ExternalFile;
  bytes: number;
}

/** Puts data that lie in other files into the messages. Without a reader it does nothing. */
export function fetchExternalData(graph: GraphMessage, read: ExternalReader | undefined): void {
  if (read === undefined) return;
  const files = new Map<string, Opened>();
  const open = (location: string): Opened => {
    const opened = files.get(location) ?? { file: read(location), bytes: 0 };
    files.set(location, opened);
    return opened;
  };
  try {
    for (const tensor of tensorsOf(graph)) if (tensor.dataLocation !== 0) fetch(tensor, open);
  } finally {
    for (const { file } of files.values()) file.close();
  }
}

function* tensorsOf(graph: GraphMessage): Generator<TensorMessage> {
  yield* graph.initializer;
  for (const { attribute } of graph.node) for (const one of attribute) yield* tensorsOfAttribute(one);
}

/** Tensors in an attribute, also in graphs inside it. */
export function* tensorsOfAttribute({ t, tensors, g, graphs }: AttributeMessage): Generator<TensorMessage> {
  if (t !== null) yield t;
  yield* tensors;
  for (const graph of g === null ? graphs : [g, ...graphs]) yield* tensorsOf(graph);
}

function fetch(tensor: TensorMessage, open: (location: string) => Opened): void {
  const where = `tensor "${tensor.name}"`;
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get("location");
  if (location === undefined) throw new GraphError(`${where}: expected the file that holds its data, got none.`);
  const opened = open(location);
  const { sizeBytes } = opened.file;
  const offset = Number(entries.get("offset") ?? 0);
  const length = Number(entries.get("length") ?? Math.max(0, sizeBytes - offset));
  if (![offset, length].every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw new GraphError(`${where}: expected a place in "${location}", got offset ${offset}, length ${length}.`);
  }
  if (offset + length > sizeBytes) {
    throw new GraphError(
      `${where}: expected ${length} bytes from ${offset} on in "${location}", got a file of ${sizeBytes} bytes.`,
    );
  }
  opened.bytes += length;
  if (length > MOST_BYTES || opened.bytes > MOST_READS * sizeBytes) {
    const most = length > MOST_BYTES ? "2 GiB in a tensor" : `${sizeBytes} bytes once or twice in all tensors`;
    throw new GraphError(`${where}: expected at most ${most} from "${location}", got more. Export the model anew.`);
  }
  Object.assign(tensor, { rawData: opened.file.read(offset, length), dataLocation: 0, externalData: [] });
}
