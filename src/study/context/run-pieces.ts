/** @file The work of a study's runs, piece by piece. */

import { sizeOf } from "../../core/index.ts";
import { shapeAfter } from "../../engine/nn/index.ts";
import type { PlacedStage } from "../../transfer/index.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { TaskData } from "../material/tasks.ts";
import type { Piece } from "../run/costs.ts";
import { MAPPED_IMAGES } from "../run/answers/heat-map-record.ts";
import { type StageCost, countHeldOut, passesOfEpoch, stageCost, stepsOfEpoch, viewsOf } from "../run/flops.ts";
import { type RunNetwork, usesFeatures } from "../run/network.ts";

/** Operations that solving for a head takes, of each number of the features and each class: folds, strengths, searches. */
const SOLVING = 3000;
/** Of compiling a stage and its first step, in milliseconds: rarely much. */
const OPENING_MS = 300;
/** Of a run's files. */
const FINISHING_MS = 200;

/** A run with what it is made of. */
interface WholeRun {
  readonly run: PlannedRun;
  readonly whole: RunNetwork;
  readonly task: TaskData;
  readonly isMapped: boolean;
}

/** What the runs of a study, in their order, take of this machine: features are counted where they are computed first. */
export function piecesOfRuns(
  runs: readonly PlannedRun[],
  {
    wholeOf,
    taskOf,
    isMapped,
  }: {
    wholeOf: (run: PlannedRun) => RunNetwork;
    taskOf: (run: PlannedRun) => TaskData;
    /** True where maps show in the end where the model looked. */
    isMapped: (run: PlannedRun) => boolean;
  },
): Piece[][] {
  const costs = new Map<string, StageCost>();
  const known = new Set<string>();
  return runs.map((run) => {
    const one = { run, whole: wholeOf(run), task: taskOf(run), isMapped: isMapped(run) };
    const stages = one.whole.stages.map((stage) => {
      const key = kindOfStage(run, stage);
      const cost = costs.get(key) ?? stageCost(run, one.whole, stage);
      costs.set(key, cost);
      return { stage, cost };
    });
    const computed = stages.flatMap(({ stage, cost }) => {
      const features = featuresKey(run, stage);
      if (cost.features === 0 || known.has(features)) return [];
      known.add(features);
      return featurePieces(one, { stage, cost });
    });
    return [...computed, ...stages.flatMap((place) => stagePieces(one, place)), ...finishPieces(one, stages)];
  });
}

/** Names what a stage trains, and on what: stages of one name take equally long a step. */
export function kindOfStage(run: PlannedRun, stage: PlacedStage): string {
  const fed = usesFeatures(run, stage) ? "features" : "images";
  return [run.strategy, stage.firstEpoch, fed, run.training.batchSize].join("/");
}

interface Place {
  stage: PlacedStage;
  cost: StageCost;
}

/** The same for stages that share their features: those above more layers are computed from those above fewer. */
function featuresKey(run: PlannedRun, { solves }: PlacedStage): string {
  return [run.startsFrom, run.seed, run.imagesPerClass, solves === undefined ? viewsOf(run) : 1].join();
}

function featurePieces({ run, task }: WholeRun, { stage, cost }: Place): Piece[] {
  const passes = (stage.endEpoch - stage.firstEpoch) * passesOfEpoch(run, task);
  const views = stage.solves === undefined ? Math.min(viewsOf(run), passes) : 1;
  const units = views * task.train.indices.length + countHeldOut(task);
  return [
    atOnce(stage.firstEpoch, { kind: `features ${stage.boundary}`, group: "forward", units, flops: cost.features }),
  ];
}

function stagePieces({ run, whole, task }: WholeRun, { stage, cost }: Place): Piece[] {
  const kind = kindOfStage(run, stage);
  const { firstEpoch, endEpoch, solves } = stage;
  const epochs = endEpoch - firstEpoch;
  const forward = cost.step - cost.backward;
  const heldOut = countHeldOut(task);
  const score = { kind: `score ${kind}`, group: "forward", flops: forward } as const;
  if (solves !== undefined) {
    const units = task.train.indices.length * sizeOf(shapeAfter(whole.network, stage.boundary)) * task.numClasses;
    return [
      atOnce(firstEpoch, { kind: `solve ${run.strategy}`, group: "solve", units, flops: SOLVING }),
      atOnce(firstEpoch, { ...score, units: heldOut }),
    ];
  }
  const { earlyStopping } = run.training;
  const mayStop = earlyStopping !== null && endEpoch === run.training.epochs;
  const fewest = mayStop ? Math.min(epochs, earlyStopping.patience + 1) : epochs;
  const span = [firstEpoch, endEpoch] as const;
  const steps = stepsOfEpoch(run, task);
  const flops = cost.step * run.training.batchSize;
  return [
    atOnce(firstEpoch, { kind: `open ${kind}`, group: "other", units: 1, flops: OPENING_MS }),
    { kind: `step ${kind}`, group: "step", units: epochs * steps, fewest: fewest * steps, flops, span },
    { ...score, units: epochs * heldOut, fewest: fewest * heldOut, span },
  ];
}

/** The model is measured once more, on all test images, shows where it looked, and is proven and written. */
function finishPieces({ run, task, isMapped }: WholeRun, stages: readonly Place[]): Piece[] {
  const { stage, cost } = stages[stages.length - 1];
  const end = run.training.epochs;
  const test = task.test.indices.length;
  const forward = cost.step - cost.backward;
  const again = { kind: `score ${kindOfStage(run, stage)}`, group: "forward", flops: forward } as const;
  const maps = { kind: "heat maps", group: "forward", flops: cost.features + forward } as const;
  return [
    atOnce(end, { ...again, units: test }),
    ...(isMapped ? [atOnce(end, { ...maps, units: Math.min(test, 2 * MAPPED_IMAGES) })] : []),
    atOnce(end, { kind: "finish", group: "other", units: 1, flops: FINISHING_MS }),
  ];
}

function atOnce(epoch: number, piece: Omit<Piece, "fewest" | "span">): Piece {
  return { ...piece, fewest: piece.units, span: [epoch, epoch] };
}
