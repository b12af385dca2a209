/** @file The curves over epochs: four figures that show all models together, and three a model. */

import { plural } from "../../core/index.ts";
import type { StudySummary } from "../../study/index.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { curveRuns } from "../runs/curve-runs.ts";
import { type ModelRuns, chanceLevel, modelsOf, taskOf } from "../runs/models.ts";
import { activeInTraining } from "../sentences/recipe-words.ts";
import { type Curve, type EpochPanel, epochPanel, showsPoints } from "./kit/epoch-panel.ts";
import { type Figure, flexible } from "./kit/figure.ts";
import { studyLine } from "./kit/figure-words.ts";
import { type SeriesStyle, modelStyle, testStyle, trainStyle } from "./kit/palette.ts";
import { type Metric, type Quantity, curve, quantityOf, statusNote } from "./kit/series.ts";
import { xyView } from "./kit/xy-view.ts";

/** More models than this have their curves in the figures of all together alone. */
export const MOST_OWN_FIGURES = 8;

const metrics: Record<Metric, { title: string; name: string }> = {
  trainAccuracy: { title: "Train accuracy", name: "all-train-accuracy" },
  testAccuracy: { title: "Test accuracy", name: "all-test-accuracy" },
  trainLoss: { title: "Train loss", name: "all-train-loss" },
  testLoss: { title: "Test loss", name: "all-test-loss" },
};

type Task = Pick<ModelRuns, "task">;

/** All curves that can be read; a model without a finished epoch has none of its own. */
export function epochFigures(study: StudySummary, { design }: StudyAnalysis): Figure[] {
  const { runs: summary, note } = curveRuns(study, design);
  const models = modelsOf(summary);
  const drawn = models.filter((model) => model.drawn.length > 0);
  if (drawn.length === 0) return [];
  const together = (Object.keys(metrics) as Metric[]).map((metric) => comparisonFigure(summary, models, metric));
  const own = drawn.length > MOST_OWN_FIGURES ? [] : drawn.flatMap((model) => modelFigures(summary, model));
  return [...together, ...own].map((figure) => ({ ...figure, subtitle: [...figure.subtitle, ...note] }));
}

function comparisonFigure(summary: StudySummary, models: ModelRuns[], metric: Metric): Figure {
  // Styles follow the position among all models, so that a failed one does not recolour the others.
  const curves = models.flatMap((model, index) =>
    model.drawn.length === 0 ? [] : [curveOf(model, metric, modelStyle(index, legendName(model)))],
  );
  const drawn = models.filter((model) => model.drawn.length > 0);
  const leftOut = models.filter((model) => model.drawn.length === 0);
  const { title, name } = metrics[metric];
  const cutNotes = quantityOf(metric) === "loss" ? cutDivergedLosses(curves) : [];
  return {
    name,
    title: `${title} of all models`,
    subtitle: [
      studyLine(summary),
      taskLine(summary, drawn),
      ...seedLines(drawn),
      ...leftOut.map((model) => `${model.title} has no finished epoch and is left out.`),
      ...cutNotes,
      ...(metric.startsWith("train") ? [trainNote(summary, quantityOf(metric))] : []),
    ],
    ...epochPlots(summary, [panelOf(summary, { metric, curves, tasks: drawn })]),
    legend: curves,
  };
}

/**
 * Leaves out the points of failed models that would press all other curves onto the axis.
 * Returns a sentence for each model it cut; a model's own figures show everything.
 */
function cutDivergedLosses(curves: Curve[]): string[] {
  const highest = (some: Curve[]): number => Math.max(0, ...some.flatMap((one) => one.points.map((p) => p.high)));
  const limit = 1.5 * highest(curves.filter((one) => !one.failed));
  if (limit === 0) return [];
  return curves
    .filter((one) => one.failed && highest([one]) > limit)
    .map((one) => {
      one.points = one.points.filter((point) => point.high <= limit);
      return `${one.name}: losses above ${limit.toFixed(2)} are not drawn.`;
    });
}

/** The accuracies of a model, its losses, and its test accuracy with its test loss. */
function modelFigures(summary: StudySummary, model: ModelRuns): Figure[] {
  const note = statusNote(model);
  const subtitle = [
    `${studyLine(summary)} · ${taskPhrase(summary, model)}`,
    ...seedLines([model]),
    ...(note ? [`${note.charAt(0).toUpperCase()}${note.slice(1)}.`] : []),
  ];
  /** File names are made of letters, digits and dashes; a model called otherwise keeps those alone. */
  const nameOf = (rest: string): string => `${model.model.replace(/[^\p{L}\p{N}]+/gu, "-")}-${rest}`;
  const panel = (metric: Metric, curves: Curve[]): PanelParts => panelOf(summary, { metric, curves, tasks: [model] });
  const both = (quantity: Quantity, kind: "Accuracy" | "Loss"): Figure => {
    const curves = [curveOf(model, `train${kind}`, trainStyle), curveOf(model, `test${kind}`, testStyle)];
    const yTitle = quantity === "loss" ? "Loss" : kind;
    return {
      name: nameOf(quantity),
      model: model.model,
      title: `${model.title}: train and test ${quantity}`,
      subtitle: [...subtitle, trainNote(summary, quantity)],
      ...epochPlots(summary, [{ ...panel(`test${kind}`, curves), yTitle }]),
      legend: curves,
    };
  };
  const test = (["testAccuracy", "testLoss"] as const).map((metric) =>
    panel(metric, [curveOf(model, metric, testStyle)]),
  );
  return [
    both("accuracy", "Accuracy"),
    both("loss", "Loss"),
    {
      name: nameOf("test-accuracy-and-loss"),
      model: model.model,
      title: `${model.title}: test accuracy with test loss`,
      subtitle,
      ...epochPlots(summary, test),
    },
  ];
}

type PanelParts = Omit<EpochPanel, "epochs" | "height">;

function panelOf(
  summary: StudySummary,
  { metric, curves, tasks }: { metric: Metric; curves: Curve[]; tasks: readonly Task[] },
): PanelParts {
  const quantity = quantityOf(metric);
  const { title } = metrics[metric];
  if (quantity === "loss") return { quantity, yTitle: `${title}`, curves };
  return { quantity, yTitle: title, curves, chance: tasks.map((one) => chanceLevel(taskOf(summary, one))) };
}

/** Panels stacked on one axis: the planned epochs, or more if a run has them. */
function epochPlots(
  { epochs: planned, runs }: StudySummary,
  panels: PanelParts[],
): Pick<Figure, "views" | "phone" | "keys"> {
  const epochs = Math.max(1, planned, ...runs.flatMap((run) => run.epochs.map(({ epoch }) => epoch)));
  const height = panels.length > 1 ? 220 : 320;
  return {
    keys: showsPoints(epochs) ? "lines and points" : "lines",
    ...flexible(
      panels.map((panel, index) =>
        xyView(epochPanel({ ...panel, epochs, height, isLast: index === panels.length - 1 })),
      ),
    ),
  };
}

function trainNote(summary: StudySummary, quantity: Quantity): string {
  return `Train values are means over the epoch's steps, with ${activeInTraining(summary, quantity)} active.`;
}

function curveOf(model: ModelRuns, metric: Metric, style: SeriesStyle): Curve {
  const failed = model.done.length === 0 && model.runs.some((run) => run.status === "failed");
  return { ...style, points: curve(model, metric), failed };
}

function legendName(model: ModelRuns): string {
  const note = statusNote(model);
  return note ? `${model.title} (${note})` : model.title;
}

function taskPhrase(summary: StudySummary, model: Task): string {
  return `${model.task} task, ${plural(taskOf(summary, model).classNames.length, "class", "classes")}`;
}

/** Which model was measured on which task. */
function taskLine(summary: StudySummary, models: ModelRuns[]): string {
  return (["source", "target"] as const)
    .map((task) => ({ task, names: models.filter((model) => model.task === task).map((model) => model.short) }))
    .filter(({ names }) => names.length > 0)
    .map(({ task, names }) => `${names.join(", ")}: ${taskPhrase(summary, { task })}`)
    .join(" · ");
}

function seedLines(models: ModelRuns[]): string[] {
  const seeds = Math.max(...models.map((model) => model.drawn.length));
  return seeds > 1 ? [`Lines are means over ${seeds} seeds; bands reach from the lowest to the highest seed.`] : [];
}
