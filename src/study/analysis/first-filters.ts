/** @file The filters of a network's first convolution, which can be looked at. */

import { bytesOf } from "../../core/index.ts";
import { type NamedParameter, type Network, type Parameters, networkParameters } from "../../engine/nn/index.ts";
import type { StudySummary } from "../records/records.ts";

type FilterRecord = StudySummary["firstFilters"][number];

/** The weight of the first convolution; undefined for networks without one. */
export function firstFilterParameter(network: Network): NamedParameter | undefined {
  return networkParameters(network).find(({ shape, role }) => role !== "statistic" && shape.length === 4);
}

/** The filters of a run, little-endian. */
export function filterRecord(
  runId: string,
  { parameter, parameters }: { parameter: NamedParameter; parameters: Parameters },
): FilterRecord {
  const tensor = parameters[parameter.name];
  return { runId, shape: [...tensor.shape], base64: Buffer.from(bytesOf(tensor)).toString("base64") };
}
