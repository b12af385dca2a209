/** @file What the source of a study can be, in one table: classes of the same images, a data set of its own, or a trained network. */

import { ConfigError } from "../../core/index.ts";
import { modelFormats, namesNetwork } from "../../models/node/index.ts";

/** What a study's file says of one of its sides: a name or path, classes, or nothing. */
type Side = string | readonly (string | number)[] | null;

interface SourceFields {
  readonly target: Side;
  readonly source: Side;
  readonly channelOrder: "rgb" | "bgr" | null;
  readonly tokens: "first" | "mean" | "both" | null;
  readonly cropShare: number | null;
}

interface SourceEntry {
  /** As an error lists what is expected. */
  readonly title: string;
  /** As the schema of study files lists it. */
  readonly description: string;
  /** True where the study trains its source network. */
  readonly isTrainedHere: boolean;
  readonly matches: (source: Side) => boolean;
}

const fileTitles = Object.values(modelFormats).map(({ title }) => title);

/** Every kind of source. */
export const sources = {
  classes: {
    title: "a list of classes",
    description: "classes of the data set, all others when left out",
    isTrainedHere: true,
    matches: (source) => typeof source !== "string",
  },
  dataset: {
    title: "the name or path of a data set",
    description: "another data set by name or path",
    isTrainedHere: true,
    matches: (source) => typeof source === "string" && !namesNetwork(source),
  },
  backbone: {
    title: "a trained network",
    description: `a trained network, by its name (graft models list) or the path of its file: ${fileTitles.join(", or ")}`,
    isTrainedHere: false,
    matches: (source) => typeof source === "string" && namesNetwork(source),
  },
} as const satisfies Record<string, SourceEntry>;

export type SourceKind = keyof typeof sources;

/** Where the source of a study comes from. */
export function sourceKindOf({ source }: { source: Side }): SourceKind {
  const kinds = Object.keys(sources) as SourceKind[];
  return kinds.find((kind) => sources[kind].matches(source)) ?? "classes";
}

/** @throws ConfigError if the study's fields do not say where its source comes from, or say of it what is another's. */
export function checkSource({ target, source, ...ofNetwork }: SourceFields): void {
  for (const field of ["channelOrder", "tokens", "cropShare"] as const) {
    if (ofNetwork[field] === null || !sources[sourceKindOf({ source })].isTrainedHere) continue;
    throw new ConfigError(
      `${field}: expected none without a trained network as the source, got ${ofNetwork[field]}. Leave it out.`,
    );
  }
  if (typeof target === "string" && typeof source !== "string") {
    throw new ConfigError(
      `source: expected a data set or a trained network, since the target "${target}" is a data set with all of its ` +
        `classes, got ${source === null ? "none" : "classes"}. Name one (graft models list), or list the target's classes.`,
    );
  }
}
