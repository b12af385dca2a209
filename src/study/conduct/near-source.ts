/** @file How near a source is to the images, and how runs train then where that is left to Graft. */

import { NotYetError, TrainingError } from "../../core/index.ts";
import { selectImages } from "../../data/index.ts";
import { solveProbe, placeStages, startingParameters, strategyNamed } from "../../transfer/index.ts";
import {
  type StudyContext,
  networkOf,
  stageOptionsOf,
  startingWeights,
  worksOfStudy,
} from "../context/study-context.ts";
import type { Budget, PlannedRun, SourceProbe } from "../file/plan.ts";
import type { TaskData } from "../material/tasks.ts";
import { stageNetwork } from "../run/network.ts";
import { trainingFeatures } from "../run/tail.ts";
import { hasOrigin } from "../tuning/tuned-runs.ts";

/** More would say no more of a source, and take long to be seen. */
const MOST_IMAGES = 2000;

/**
 * Settles a run that waits for the weights it starts from, and with it all runs on as many images: the less is left to
 * learn, the more slowly transferred layers move; the weaker the features, the more a head is held back. The first seed
 * is asked, so that every seed trains alike. Done once, and kept in the records of runs that begin.
 *
 * @returns True if that changed how the run trains.
 * @throws DeviceError if the device fails.
 */
export async function settleBySource(context: StudyContext, index: number): Promise<boolean> {
  const { runs } = context;
  const { awaitsSource, imagesPerClass } = runs[index];
  if (awaitsSource === null) return false;
  const probe = await sourceProbe(context, imagesPerClass);
  for (const [place, run] of runs.entries()) {
    if (run.awaitsSource === null || run.imagesPerClass !== imagesPerClass) continue;
    runs[place] = { ...run, awaitsSource: null };
    if (probe !== null) settle(context, place, { sourceProbe: probe, training: run.awaitsSource(probe) });
  }
  context.works = worksOfStudy(context);
  return probe !== null;
}

function settle(
  { runs, networks, study, data }: StudyContext,
  index: number,
  settled: Pick<PlannedRun, "sourceProbe" | "training">,
): void {
  const run = { ...runs[index], ...settled };
  const inputShape = data.dataset.imageShape;
  runs[index] = run;
  networks.set(run.id, stageNetwork(study.config, run, { ...networkOf(networks, run), inputShape }));
}

/**
 * The run whose source is asked at a budget: the first that starts from one, unless that failed. So it does not matter
 * in which order the sources of several seeds are trained. Undefined where nothing is transferred.
 */
export function askedRun(
  { runs, found }: Pick<StudyContext, "runs" | "found">,
  budget: Budget,
): PlannedRun | undefined {
  return runs.find(
    ({ imagesPerClass, choice, startsFrom }) =>
      imagesPerClass === budget &&
      choice?.strategy.startsFrom === "source" &&
      found.records.get(startsFrom ?? "")?.status !== "failed",
  );
}

/** Settles the runs whose source another process has asked, as the records of its runs say. */
export async function settleByRecords(context: StudyContext): Promise<void> {
  for (const [index, { awaitsSource, imagesPerClass }] of context.runs.entries())
    if (awaitsSource !== null && knownProbe(context, imagesPerClass) !== undefined)
      await settleBySource(context, index);
}

/** What some run at a budget has in its record, or was settled by. */
function knownProbe({ runs, found }: Pick<StudyContext, "runs" | "found">, budget: Budget): SourceProbe | undefined {
  const atBudget = [...runs, ...found.records.values()].filter(({ imagesPerClass }) => imagesPerClass === budget);
  return atBudget.find((run) => run.sourceProbe !== undefined)?.sourceProbe;
}

/**
 * What a linear probe says of the source's features, as some run has it in its record already, or asked anew; null where
 * nothing is transferred, no image can be held out, or the features are no numbers to solve with.
 */
async function sourceProbe(context: StudyContext, budget: Budget): Promise<SourceProbe | null> {
  const { found } = context;
  const known = knownProbe(context, budget);
  if (known !== undefined) return known;
  const run = askedRun(context, budget);
  if (run === undefined) return null;
  if (!hasOrigin(run, found.records))
    throw new NotYetError(
      `${run.id}: expected the run whose features are asked how near they are, ${run.startsFrom}, to be done, got none. Train that first.`,
    );
  context.listener({ type: "stage", stage: "asking-source", run: null, studyTimeLeftMs: null });
  return askSource(context, run);
}

async function askSource(context: StudyContext, run: PlannedRun): Promise<SourceProbe | null> {
  const options = stageOptionsOf(context, run);
  const task = sampleImages(options.task);
  const { network } = options.whole;
  const strategy = strategyNamed("linear-probe");
  const plan = strategy.plan(network, {});
  const stages = placeStages(network, { strategy, plan, epochs: 1, adaptsFrozen: false });
  const start = startingParameters(network, plan, {
    seed: run.seed,
    transferred: await startingWeights(context, run),
    headStart: "zero",
  });
  try {
    const { crossValidated, strength } = await solveProbe(
      {
        features: await trainingFeatures({
          ...options,
          whole: { network, trained: network, plan, stages },
          stage: stages[0],
          start,
          task,
        }),
        labels: task.train.labels,
        numClasses: task.numClasses,
        seed: run.seed,
      },
      options,
    );
    return crossValidated === null ? null : { accuracy: crossValidated.accuracy, strength };
  } catch (error) {
    // the run itself will say what is wrong
    if (error instanceof TrainingError) return null;
    throw error;
  }
}

/** Some of the images, spread over all, where there are many. */
function sampleImages(task: TaskData): TaskData {
  const { train, poolId } = task;
  const stride = Math.ceil(train.indices.length / MOST_IMAGES);
  if (stride === 1) return task;
  const count = Math.ceil(train.indices.length / stride);
  const some = selectImages(
    train,
    Uint32Array.from({ length: count }, (_, index) => index * stride),
  );
  return { ...task, train: some, pool: some, poolId: `${poolId}/every-${stride}` };
}
