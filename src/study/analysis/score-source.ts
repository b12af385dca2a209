/** @file Transferability scores of one seed's source network, at every budget of the study. */

import type { ImageShape } from "../../data/index.ts";
import type { Network, Parameters } from "../../engine/nn/index.ts";
import type { SessionOptions } from "../../engine/runtime/index.ts";
import { hScore, leep, logme, nce, parameterLayers } from "../../transfer/index.ts";
import type { Budget } from "../file/plan.ts";
import type { SeedTasks, TaskData } from "../material/tasks.ts";
import type { TransferabilityRecord } from "../records/analysis-record.ts";
import type { RunNetwork } from "../run/network.ts";
import { type Probe, probeSource } from "./source-probe.ts";

/** A trained source network, and what it was trained for. */
export interface TrainedSource {
  seed: number;
  /** With the source's own head. */
  network: Network;
  /** False for a network that came without a head: what its last layer gives are no answers. */
  answers: boolean;
  parameters: Parameters;
  tasks: SeedTasks;
  imageShape: ImageShape;
  session: SessionOptions;
}

export interface ScoreOptions {
  budgets: readonly Budget[];
  /** Networks of the runs that start from the source. */
  starters: readonly RunNetwork[];
}

type Scored = Omit<TransferabilityRecord, "seed" | "imagesPerClass">;

/**
 * LEEP and NCE from the source's answers to the target's training images, LogME and H-score from its features of them
 * below the head and below every layer at which a run that starts from the source begins to train.
 *
 * The images pass through the network once, apart from the features that runs share: what those cost stays in the
 * records of the runs. A score that is not a finite number, as with hardly any images, is left out.
 */
export async function scoreSource(
  source: TrainedSource,
  { budgets, starters }: ScoreOptions,
): Promise<TransferabilityRecord[]> {
  const { seed, tasks } = source;
  const { pool } = tasks.target(budgets[0]);
  const layers = scoredLayers(source.network, starters);
  const probe = await probeSource({ ...source, normalization: tasks.normalization, layers, subset: pool });
  return budgets.flatMap((imagesPerClass) =>
    scoresOf(probe, { ...tasks.target(imagesPerClass), answers: source.answers })
      .filter(({ value }) => Number.isFinite(value))
      .map((scored) => ({ seed, imagesPerClass, ...scored })),
  );
}

/** The first layer has nothing of the source's below it. */
function scoredLayers(network: Network, starters: readonly RunNetwork[]): string[] {
  const layers = parameterLayers(network);
  const firstTrained = starters.flatMap(({ network: own, stages }) =>
    stages.map(({ boundary }) => {
      const above = new Set(own.layers.slice(boundary).map(({ name }) => name));
      return layers.findIndex((layer) => above.has(layer));
    }),
  );
  const wanted = new Set([...firstTrained, layers.length - 1]);
  return layers.filter((_, index) => index > 0 && wanted.has(index));
}

function scoresOf(probe: Probe, { train, pool, answers }: TaskData & { answers: boolean }): Scored[] {
  const places = new Map(Array.from(pool.indices, (image, place) => [image, place]));
  const rows = Array.from(train.indices, (image) => {
    const place = places.get(image);
    if (place === undefined) throw new Error(`internal: image ${image} is not in the pool`);
    return place;
  });
  const { labels } = train;
  const probabilities = pick(probe.probabilities, { rows, width: probe.probabilities.length / pool.indices.length });
  const ofWhole: Scored[] = [
    { score: "leep", layer: null, value: leep({ probabilities, labels }) },
    { score: "nce", layer: null, value: nce({ probabilities, labels }) },
  ];
  const ofLayers = [...probe.features].flatMap(([layer, { values, width }]): Scored[] => {
    const features = pick(values, { rows, width });
    return [
      { score: "logme", layer, value: logme({ features, labels }) },
      { score: "h-score", layer, value: hScore({ features, labels }) },
    ];
  });
  return [...(answers ? ofWhole : []), ...ofLayers];
}

function pick(
  values: Float32Array | Float64Array,
  { rows, width }: { rows: readonly number[]; width: number },
): Float64Array {
  const picked = new Float64Array(rows.length * width);
  rows.forEach((row, place) => picked.set(values.subarray(row * width, (row + 1) * width), place * width));
  return picked;
}
