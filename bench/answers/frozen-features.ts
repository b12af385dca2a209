/** @file The features that a new last layer is put on, of the same images as a study of the task has. */

import { stream } from "../../src/core/index.ts";
import { type ImageSubset, takeClasses, takePerClass } from "../../src/data/index.ts";
import type { Normalization } from "../../src/engine/nn/index.ts";
import {
  type FeatureRows,
  createFeatureCache,
  featureFile,
  frozenPrefixLength,
  strategies,
} from "../../src/transfer/node/index.ts";
import type { OpenTask } from "./task-study.ts";

const MEMORY_BYTES = 2 ** 31;

/** Features with their labels. */
export interface LabelledRows {
  readonly rows: FeatureRows;
  readonly labels: Uint16Array;
}

/** Training and test features of one draw; they are gone once `use` has ended. */
export async function withFrozenFeatures<T>(
  { task, data }: OpenTask,
  { draw, threads }: { draw: number; threads: number },
  use: (features: { train: LabelledRows; test: LabelledRows }) => Promise<T>,
): Promise<T> {
  const { dataset, backbone } = data;
  if (backbone === undefined) throw new Error("internal: no source network");
  const { network, parameters } = backbone;
  const { train, test } = takeClasses(dataset, [...dataset.classNames.keys()]);
  const { imagesPerClass } = task;
  // the images that a study with this seed takes
  const drawn =
    imagesPerClass === "all" ? train : takePerClass(train, imagesPerClass, stream(draw, "subset", "target"));
  const boundary = frozenPrefixLength(
    network,
    strategies["linear-probe"].plan(network, { firstLayer: "transferred", head: "fresh" }),
  );
  const cache = createFeatureCache({
    session: { threads, device: "cpu" },
    memoryLimitBytes: MEMORY_BYTES,
    spill: featureFile,
    plannedBoundaries: [boundary],
  });
  const input = { kind: "images", normalization: normalizationOf({ task, data }) } as const;
  const common = { weightsId: "source", network, parameters, boundary, imageShape: dataset.imageShape, input };
  const rowsOf = async (subset: ImageSubset, subsetId: string): Promise<LabelledRows> => ({
    rows: await cache.features({ ...common, subsetId, subset }),
    labels: subset.labels,
  });
  try {
    return await use({ train: await rowsOf(drawn, "train"), test: await rowsOf(test, "test") });
  } finally {
    cache.close();
  }
}

function normalizationOf({ task: { source }, data }: Pick<OpenTask, "task" | "data">): Normalization {
  const normalization = "file" in source ? source.normalization : data.backbone?.normalization;
  if (!normalization) throw new Error(`internal: nobody knows how ${data.backbone?.name} wants its pixels`);
  return normalization;
}
