/** @file How near a source is to the images, and at which rate its layers move where that is left to Graft. */

import { TrainingError } from "../core/index.ts";
import { solveProbe, stageParts, startingParameters, strategyNamed } from "../transfer/index.ts";
import type { PlannedRun } from "./plan.ts";
import { bySource } from "./recipes/learning-rates.ts";
import { stagedNetwork } from "./run-network.ts";
import { type StudyContext, networkOf, sessionOf, startingWeights } from "./study-context.ts";
import { taskOf } from "./tasks.ts";
import { trainingFeatures } from "./trained-part.ts";

/**
 * Settles a run that waits for the weights it starts from: the less is left to learn, the more slowly they move. Done
 * once, and kept in the run's record.
 *
 * @throws DeviceError if the device fails.
 */
export async function settleBySource(context: StudyContext, index: number): Promise<void> {
  const { runs, networks, study, data, summary } = context;
  const run = runs[index];
  if (run.awaitsSource.length === 0) return;
  const accuracy = await probedAccuracy(context, run);
  runs[index] = { ...run, awaitsSource: [] };
  if (accuracy === null) return;
  const startsSolved = networkOf(networks, run).stages[0].solves !== undefined;
  const settled = Object.entries(bySource({ accuracy, startsSolved }));
  const open = settled.filter(([field]) => (run.awaitsSource as readonly string[]).includes(field));
  const training = { ...run.training, ...Object.fromEntries(open) };
  runs[index] = { ...runs[index], training };
  const whole = networkOf(networks, run);
  networks.set(run.id, stagedNetwork(study.config, runs[index], { ...whole, inputShape: data.dataset.imageShape }));
  Object.assign(summary.runs[index], { training, probedAccuracy: accuracy });
}

/**
 * Share of held-out training images that a linear probe on the source's features gets right; null where none can be held
 * out, or the features are no numbers to solve with. Runs on the same images share it.
 */
async function probedAccuracy(context: StudyContext, run: PlannedRun): Promise<number | null> {
  const twin = context.runs.findIndex(
    (other) =>
      other.startsFrom === run.startsFrom && other.seed === run.seed && other.imagesPerClass === run.imagesPerClass,
  );
  const known = twin === -1 ? undefined : context.summary.runs[twin].probedAccuracy;
  if (known !== undefined) return known;
  const { networks, tasksOf, data, features } = context;
  const tasks = tasksOf(run.seed);
  const task = taskOf(tasks, run);
  const { network } = networkOf(networks, run);
  const strategy = strategyNamed("linear-probe");
  const plan = strategy.plan(network, {});
  const stages = stageParts(network, { strategy, plan, epochs: 1, adaptsFrozen: false });
  const start = startingParameters(network, plan, {
    seed: run.seed,
    transferred: await startingWeights(context, run),
    headStart: "zero",
  });
  try {
    const { crossValidated } = await solveProbe(
      {
        features: await trainingFeatures({
          run,
          whole: { network, plan, stages },
          stage: stages[0],
          start,
          task,
          normalization: tasks.normalization,
          imageShape: data.dataset.imageShape,
          features,
          session: sessionOf(context),
          onFeatures: () => {},
        }),
        labels: task.train.labels,
        numClasses: task.numClasses,
        seed: run.seed,
      },
      { session: sessionOf(context) },
    );
    return crossValidated?.accuracy ?? null;
  } catch (error) {
    // the run itself will say what is wrong
    if (error instanceof TrainingError) return null;
    throw error;
  }
}
