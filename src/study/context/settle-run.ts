/** @file Settles a run of the plan: its network, and how it trains where the study leaves that to Graft. */

import { sizeOf } from "../../core/index.ts";
import { type ImageShape, type ImageSubset, mirrorTest } from "../../data/index.ts";
import { type Network, shapeAfter, trainingFlops } from "../../engine/nn/index.ts";
import { frozenPrefixLength, hasAdapters, trainsInPlan, updatesInPlan } from "../../transfer/index.ts";
import { seedsOf } from "../file/config.ts";
import type { DraftRun, PlannedRun, SourceProbe } from "../file/plan.ts";
import type { StudyConfig } from "../file/schema.ts";
import type { StudyData } from "../material/study-data.ts";
import { type SeedTasks, taskOf } from "../material/tasks.ts";
import { automaticTraining, dependsOnSource, isSettled } from "../recipes/auto-recipe.ts";
import { type ImageLook, type RecipeFacts, extentOf } from "../recipes/facts.ts";
import type { RunRecord } from "../records/records.ts";
import { type RunNetwork, type RunNetworkOptions, planNetwork, stageNetwork } from "../run/network.ts";

type EarlierRecord = Pick<RunRecord, "training" | "sourceProbe" | "epochs">;

interface SettleOptions extends RunNetworkOptions {
  /** The images that the run trains on. */
  train: ImageSubset;
  /** What they look like; asked for only where a recipe depends on it. */
  look: () => ImageLook;
  /** How the run was settled before, where it goes on. */
  earlier?: EarlierRecord | undefined;
}

/**
 * The run with every field of its training filled in, and its network.
 *
 * @throws ConfigError if the network or the epochs do not fit the strategy, or the augmentation does not fit the images.
 */
function settleRun(config: StudyConfig, draft: DraftRun, options: SettleOptions): SettledRun {
  const { network, trained, plan } = planNetwork(config, draft, options);
  const solved = draft.choice?.strategy.solves !== undefined;
  const { training, awaitsSource } = settleAsBefore(options.earlier, () =>
    settleTraining(draft, { network, trained, plan, solved, options }),
  );
  // a head that is solved for is there after one
  const sourceProbe = options.earlier?.sourceProbe;
  const run = { ...draft, training: solved ? { ...training, epochs: 1 } : training, awaitsSource, sourceProbe };
  return { run, whole: stageNetwork(config, run, { network, trained, plan, inputShape: options.inputShape }) };
}

type Settled = Pick<PlannedRun, "training" | "awaitsSource">;

/** A run that goes on trains as it was settled then; its source was asked before its first epoch, if at all. */
function settleAsBefore(earlier: EarlierRecord | undefined, settledNow: () => Settled): Settled {
  if (earlier?.training === undefined) return settledNow();
  const hasBegun = earlier.sourceProbe !== undefined || earlier.epochs.length > 0;
  return { training: earlier.training, awaitsSource: hasBegun ? null : settledNow().awaitsSource };
}

/** A run as it was settled before, or anew. */
export type RunSettler = (draft: DraftRun, earlier?: EarlierRecord) => SettledRun;

export interface SettledRun {
  readonly run: PlannedRun;
  readonly whole: RunNetwork;
}

/** Settles the runs of one study; what its images look like is found out once for each task. */
export function studySettler(
  config: StudyConfig,
  { data, tasksOf }: { data: StudyData; tasksOf: (seed: number) => SeedTasks },
): RunSettler {
  const looks = new Map<DraftRun["task"], ImageLook>();
  const { imageShape } = data.dataset;
  const [firstSeed] = seedsOf(config);
  return (draft, earlier) => {
    const task = taskOf(tasksOf(draft.seed), draft);
    const look = (): ImageLook => {
      const known = looks.get(draft.task) ?? lookAt(taskOf(tasksOf(firstSeed), draft).pool, imageShape);
      looks.set(draft.task, known);
      return known;
    };
    const { numClasses, train } = task;
    return settleRun(config, draft, {
      inputShape: imageShape,
      numClasses,
      backbone: data.backbone,
      trainImages: train.indices.length,
      train,
      look,
      earlier,
    });
  };
}

/** Of all images that any run of the task trains on. */
function lookAt(pool: ImageSubset, imageShape: ImageShape): ImageLook {
  return { flipsSafe: mirrorTest(pool, imageShape, { seed: 0 }).flipsSafe };
}

/** What is known of a run before it is settled. */
interface Planned extends Pick<RunNetwork, "network" | "trained" | "plan"> {
  solved: boolean;
  options: SettleOptions;
}

/** Nothing is found out about the network and the images where nothing is left open. */
function settleTraining(draft: DraftRun, planned: Planned): Settled {
  const { training: request } = draft;
  if (isSettled(request)) return { training: request, awaitsSource: null };
  const facts = recipeFacts(draft, planned);
  return {
    training: automaticTraining(request, facts),
    awaitsSource: dependsOnSource(request, facts)
      ? (sourceProbe) => automaticTraining(request, recipeFacts(draft, planned, sourceProbe))
      : null,
  };
}

function recipeFacts(
  { task, choice }: DraftRun,
  { network, trained, plan, solved, options }: Planned,
  sourceProbe?: SourceProbe,
): RecipeFacts {
  const boundary = frozenPrefixLength(network, plan);
  return {
    task,
    extent: extentOf(plan, { solved }),
    trainsAdapters: hasAdapters(plan),
    tunesParts: plan.some(({ only }) => only !== undefined),
    startsSolved: startsSolved(choice, network),
    network,
    classCounts: countPresentClasses(options.train),
    imageShape: options.inputShape,
    get look() {
      return options.look();
    },
    flopsPerImage: trainingFlops(trained, trainsInPlan(plan), updatesInPlan(plan)),
    ...(sourceProbe === undefined ? {} : { sourceProbe }),
    featureSize: boundary === 0 ? 0 : sizeOf(shapeAfter(network, boundary)),
  };
}

function startsSolved(choice: DraftRun["choice"], network: Network): boolean {
  // stages of two epochs and more begin alike
  const [first] = choice?.strategy.stages?.(network, 2) ?? [];
  return first?.solves !== undefined;
}

function countPresentClasses({ labels, classNames }: ImageSubset): number[] {
  const counts = classNames.map(() => 0);
  for (const label of labels) counts[label] += 1;
  return counts.filter((count) => count > 0);
}
