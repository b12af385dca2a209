/** @file What the command line says about a study, its runs and their epochs. */

import { count, list, loss, percent, plural, time } from "../../../core/index.ts";
import { isNumbered, outcomeMark, recipeText, strategyName } from "../../../report/index.ts";
import type { RunRecord, StrategyForecast, StudyEvent, StudySummary, TimeRange } from "../../../study/index.ts";

type EventOf<T extends StudyEvent["type"]> = Extract<StudyEvent, { type: T }>;

/** What is about to be done, and where its results go. */
export function studyStarted({ summary, directory, resumed }: EventOf<"study-started">): string {
  const { name, dataset, target, runs, machine } = summary;
  return (
    `${resumed ? "Going on with study" : "Study"} ${name} on ${dataset.title}: target ${target.classNames.join(", ")}; ` +
    `source ${sourceOf(summary)}. ${plural(runs.length, "run")} on ${machine.device} with ${plural(machine.threads, "thread")}${machine.jobs === undefined ? "" : ` each, ${machine.jobs} at once`}, ` +
    `into ${directory}.${untunedNotice(summary)} ${recipes(recipeText(summary))}`
  );
}

/** Which run begins anew, and why. */
export function runDiscarded({ id, problem }: EventOf<"run-discarded">): string {
  return `${id} is trained again. ${problem}`;
}

/** One in the sentence, several a line each. */
function recipes(recipe: string): string {
  const lines = recipe.split("\n");
  return lines.length === 1 ? `Recipe: ${recipe}.` : ["Recipes:", ...lines].join("\n  ");
}

/** Where a study that is to tune has too few images for it at every budget; a sentence of its own, or nothing. */
function untunedNotice({ tuning, budgets }: StudySummary): string {
  const few = tuning.flatMap(({ reason, imagesPerClass, trainImages = 0 }) =>
    reason?.code === "few-images" ? [{ imagesPerClass, trainImages, needed: reason.needed }] : [],
  );
  if (few.length === 0 || budgets.some((budget) => !few.some(({ imagesPerClass }) => imagesPerClass === budget)))
    return "";
  const most = Math.max(...few.map(({ trainImages }) => trainImages));
  return (
    ` Learning rates are not tuned: trials need at least ${few[0].needed} training images in all, ` +
    `and there are ${most}; every run takes its recipe's own rate.`
  );
}

/** What is done before the first run of a strategy. */
export function tuningTitle({ strategy }: Pick<EventOf<"tuning">, "strategy">): string {
  return `learning rates of ${strategy}`;
}

/** How far a strategy's trials are. */
export function tuningProgress({ strategy, share, studyTimeLeftMs }: EventOf<"tuning">): string {
  return `Trying ${tuningTitle({ strategy })}: ${percent(share, 0)} of the trials${studyTime(studyTimeLeftMs)}`;
}

/** What is done beside training. */
export const stageTitles: Readonly<Record<EventOf<"stage">["stage"], string>> = {
  measuring: "measuring a few steps of each strategy",
  "asking-source": "asking how near the source is",
  analysing: "scoring and mapping the source's features",
  scoring: "scoring on held-out images",
  mapping: "mapping where the model looked",
  solving: "solving for the head",
};

/** What will be trained, and how long that takes. */
export function forecastText({ forecast: { strategies, time: range, moreSeeds } }: EventOf<"forecast">): string {
  const runs = strategies.reduce((sum, one) => sum + one.runs, 0);
  const steps = strategies.reduce((sum, one) => sum + one.steps, 0);
  const what = strategies.map(({ strategy, ...one }) => `${strategy} ${trainedLayers(one)}`).join(", ");
  const how = range === null ? "" : ` On this machine that takes about ${timeRange(range)}, by a few measured steps.`;
  const most =
    moreSeeds === null || moreSeeds.highMs === null ? "" : `, of all together up to ${time(moreSeeds.highMs)}`;
  const more =
    moreSeeds === null
      ? ""
      : ` Up to ${plural(moreSeeds.most, "more seed")} may follow where the answer is open${most}.`;
  return `To train: ${plural(runs, "run")}, ${plural(steps, "step")} in all (${what}).${how}${more}`;
}

function trainedLayers({ layers, everything, solved }: Omit<StrategyForecast, "strategy" | "runs" | "steps">): string {
  const which = everything
    ? "all layers"
    : layers.length > 2
      ? `${count(layers.length)} layers from ${layers[0]}`
      : list(layers);
  return solved ? `solves for ${which}` : `trains ${which}`;
}

/** `2 min 05 s to 4 min 10 s`. */
function timeRange({ lowMs, highMs }: TimeRange): string {
  return time(lowMs) === time(highMs) ? time(lowMs) : `${time(lowMs)} to ${time(highMs)}`;
}

function sourceOf({ source, sourceDataset, backbone }: StudySummary): string {
  if (backbone !== undefined) return `${backbone.title}, trained elsewhere`;
  return sourceDataset?.title ?? source?.classNames.join(", ") ?? "none";
}

/** `M3 · Last layer only` as in the report, with its seed in a study of several. */
export function runTitle(run: RunRecord, { name, seeds }: Pick<StudySummary, "name" | "seeds">): string {
  const number = isNumbered({ name }) ? `${run.model} · ` : "";
  return `${number}${strategyName(run)}${seeds.length > 1 ? `, seed ${run.seed}` : ""}`;
}

/** What a run that starts now trains, and on how much. */
export function runStarted(
  { run, index, count: runs, resumedAtEpoch, studyTimeLeftMs }: EventOf<"run-started">,
  title: string,
): string {
  const parameters = `${count(run.trainableParameters)} of ${plural(run.totalParameters, "parameter")}`;
  const rate = run.learningRate === 0 ? "" : ` at learning rate ${Number(run.learningRate.toPrecision(3))}`;
  const going = resumedAtEpoch > 0 ? `, going on after epoch ${resumedAtEpoch}` : "";
  return `Run ${index + 1} of ${runs}: ${title}, training ${parameters} on ${plural(run.trainImages, "image")}${rate}${going}${studyTime(studyTimeLeftMs)}.`;
}

/** How a run ended. */
export function runFinished({ run, index, count: runs }: EventOf<"run-finished">, title: string): string {
  const which = `Run ${index + 1} of ${runs}: ${title}`;
  const last = run.epochs.find(({ epoch }) => epoch === run.keptEpoch) ?? run.epochs.at(-1);
  if (run.status === "failed") return `${which} failed: ${run.failure ?? "no reason was recorded."}`;
  if (run.status !== "done") return `${which} stopped after ${plural(run.epochs.length, "epoch")}.`;
  const accuracy = last === undefined ? "" : `, test accuracy ${percent(last.testAccuracy)}${outcomeMark(run.outcome)}`;
  return `${which} done in ${time(run.durationMs)}${accuracy}.`;
}

/** How the layers that stay as they are get computed once. */
export function featuresProgress({ images, totalImages }: Pick<EventOf<"features">, "images" | "totalImages">): string {
  return `features of the frozen layers: ${count(images)} of ${plural(totalImages, "image")}`;
}

/** How far a stage is. */
export function stageProgress({ stage, images, totalImages }: EventOf<"stage-progress">): string {
  return `${stageTitles[stage]}: ${count(images)} of ${plural(totalImages, "image")}`;
}

/** Why batches are computed in parts. */
export function partsText({ batchSize, atATime }: EventOf<"parts">): string {
  const whole = `a step of ${plural(batchSize, "image")} would take more than a third of the memory`;
  return `${plural(atATime, "image")} at a time, their gradients summed: ${whole}`;
}

/** Where a long epoch is. */
export function batchProgress(event: EventOf<"batch">): string {
  const { epoch, epochs, batch: at, batches, imagesPerSecond } = event;
  return (
    `epoch ${epoch}/${epochs}, batch ${at}/${batches}: loss ${loss(event.loss)}, accuracy ${percent(event.accuracy)}, ` +
    `${count(imagesPerSecond)} images/s${timesLeft(event)}`
  );
}

/** The result of an epoch. */
export function epochResult({ record, epochs, stopped }: EventOf<"epoch">): string {
  const result =
    `epoch ${String(record.epoch).padStart(String(epochs).length)}/${epochs}: ` +
    `train loss ${loss(record.trainLoss)}, accuracy ${percent(record.trainAccuracy)}; ` +
    `test loss ${loss(record.testLoss)}, accuracy ${percent(record.testAccuracy)}; ` +
    `${count(record.imagesPerSecond)} images/s`;
  return stopped === null ? result : `${result}; stopped: ${stopped}`;
}

function timesLeft({ runTimeLeftMs, studyTimeLeftMs }: EventOf<"batch">): string {
  const run = runTimeLeftMs === null ? "" : `, run ${time(runTimeLeftMs)} left`;
  return run + studyTime(studyTimeLeftMs);
}

/** Of the whole study, where it can be told. */
export function studyTime(leftMs: number | null): string {
  return leftMs === null ? "" : `, study ${time(leftMs)} left`;
}
