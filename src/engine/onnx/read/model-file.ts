/** @file Reads the messages of a model file: parses them, fetches data kept beside it, brings its operators up to date. */

import { GraphError } from "../../../core/index.ts";
import type { GraphMessage, ModelMessage } from "../proto/proto.ts";
import { type ExternalReader, fetchExternalData } from "./external-data.ts";
import { toNumber } from "./numbers.ts";
import { parseModel } from "./parse-model.ts";

import { OLDEST_OPSET, upgradeNodes } from "./upgrade.ts";

/** The newest operator set in which the operators of the table mean what they mean in Graft. */
const NEWEST_OPSET = 26;

export interface ModelFileOptions {
  /** The file the bytes come from, as errors name it. */
  path?: string;
  /** Reads files that hold the data of tensors; such tensors are refused when left out. */
  external?: ExternalReader;
}

/** A parsed model whose standard operators are those of {@link OLDEST_OPSET} or later. */
export interface ModelFile {
  readonly model: ModelMessage;
  readonly graph: GraphMessage;
  /** Operator set version of each domain, that of the standard one after the upgrade. */
  readonly opsets: Readonly<Record<string, number>>;
}

/**
 * The messages in the bytes of a model file.
 *
 * @throws DataError if the bytes are no ONNX model.
 * @throws GraphError if it is of an operator set that is too old; one that is too new can be read, but not decoded.
 */
export function readModelFile(bytes: Uint8Array, { path, external }: ModelFileOptions = {}): ModelFile {
  const { model, graph } = parseModel(bytes, path);
  const opsets = Object.fromEntries(
    model.opsetImport.map(({ domain, version }) => [domainName(domain), toNumber(version)]),
  );
  const standard = opsets[""];
  if (standard === undefined || standard < OLDEST_OPSET) throw unknownOpset(standard, path);
  fetchExternalData(graph, external);
  const upgraded = upgradeNodes(graph, standard);
  return { model, graph, opsets: { ...opsets, "": upgraded } };
}

/** @throws GraphError if the operators of a file may mean something else than in Graft. */
export function requireKnownOpset({ "": standard }: ModelFile["opsets"], path: string | undefined): void {
  if (standard > NEWEST_OPSET) throw unknownOpset(standard, path);
}

function unknownOpset(version: number | undefined, path = "ONNX model"): GraphError {
  return new GraphError(
    `${path}: expected operator set ${OLDEST_OPSET} to ${NEWEST_OPSET}, ` +
      `got ${version ?? "none"}. Convert it with onnx.version_converter.`,
  );
}

/** The standard domain has a short and a long name. */
export function domainName(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}
