/** @file A study's runs as a graph: what is trained, and what must be there before. */

import type { StudyConfig, TrainingConfig } from "./schema.ts";
import { strategies } from "../transfer/index.ts";
import { type StrategyChoice, seedsOf, strategiesOf, trainingFor } from "./config.ts";

/** One model to be trained once. */
export interface PlannedRun {
  /** `M3-last-layer-seed0` */
  readonly id: string;
  readonly model: string;
  /** Name of the strategy; `source` for the run on the source task. */
  readonly strategy: string;
  readonly firstLayer: StrategyChoice["firstLayer"];
  readonly label: string;
  readonly task: "source" | "target";
  readonly seed: number;
  /** Id of the run that must be done before; null for random weights. */
  readonly startsFrom: string | null;
  readonly training: TrainingConfig;
}

/**
 * The runs of a study in an order in which each comes after the one it starts from, seed by seed.
 * The source is always trained: it is M1, a figure of the study even where no strategy needs it.
 */
export function planStudy(config: StudyConfig): PlannedRun[] {
  return seedsOf(config).flatMap((seed) => inOrder(seedRuns(config, seed)));
}

function seedRuns(config: StudyConfig, seed: number): PlannedRun[] {
  const source: PlannedRun = {
    id: `M1-source-seed${seed}`,
    model: "M1",
    strategy: "source",
    firstLayer: "fresh",
    label: "source",
    task: "source",
    seed,
    startsFrom: null,
    training: trainingFor(config, "source"),
  };
  const chosen = strategiesOf(config);
  const idOf = (name: string): string =>
    `M${chosen.findIndex((choice) => choice.name === name) + 2}-${name}-seed${seed}`;
  const targets = chosen.map(({ name, firstLayer }, index): PlannedRun => {
    const { label, startsFrom } = strategies[name];
    return {
      id: idOf(name),
      model: `M${index + 2}`,
      strategy: name,
      firstLayer,
      label,
      task: "target",
      seed,
      startsFrom: startsFrom === "random" ? null : startsFrom === "source" ? source.id : idOf(startsFrom.strategy),
      training: trainingFor(config, name),
    };
  });
  return [source, ...targets];
}

/** The runs such that each comes after the one it starts from, otherwise in their order. */
function inOrder(runs: readonly PlannedRun[]): PlannedRun[] {
  const ordered: PlannedRun[] = [];
  let waiting = [...runs];
  while (waiting.length > 0) {
    const done = new Set(ordered.map(({ id }) => id));
    const ready = waiting.filter(({ startsFrom }) => startsFrom === null || done.has(startsFrom));
    if (ready.length === 0) throw new Error("internal: runs wait for each other in a circle");
    ordered.push(...ready);
    waiting = waiting.filter((run) => !ready.includes(run));
  }
  return ordered;
}
