/** @file The figures of a study: three a model, and four that show all models together. */

import { plural } from "../../core/index.ts";
import type { StudySummary } from "../../study/index.ts";
import { type ModelRuns, chanceLevel, modelsOf, taskOf } from "../runs/models.ts";
import { activeInTraining } from "../sentences/recipe-words.ts";
import { studyLine } from "./kit/figure-words.ts";
import type { LineFigure } from "./kit/line-figure.ts";
import { type SeriesStyle, modelStyle, trainTestStyles } from "./kit/palette.ts";
import type { ChanceLine, Panel, Series } from "./kit/panel-layers.ts";
import { type Metric, curve, quantityOf, statusNote } from "./kit/series.ts";

const metricNames: Record<Metric, string> = {
  trainAccuracy: "Train accuracy",
  testAccuracy: "Test accuracy",
  trainLoss: "Train loss",
  testLoss: "Test loss",
};

/** The figures that compare all models, in the order in which a report shows them. */
const comparisons: { name: string; metric: Metric }[] = [
  { name: "all-train-accuracy", metric: "trainAccuracy" },
  { name: "all-test-accuracy", metric: "testAccuracy" },
  { name: "all-train-loss", metric: "trainLoss" },
  { name: "all-test-loss", metric: "testLoss" },
];

/** A figure with the name of its files, without extension. */
interface NamedFigure {
  name: string;
  /** The model it shows; null for all together. */
  model: string | null;
  figure: LineFigure;
}

/** More models than this have their curves in the figures of all together alone. */
export const MOST_OWN_FIGURES = 8;

/** All figures of a study; a model without a finished epoch has none. `note` goes under every title. */
export function studyFigures(summary: StudySummary, note: readonly string[] = []): NamedFigure[] {
  const models = modelsOf(summary);
  const drawn = models.filter((model) => model.drawn.length > 0);
  if (drawn.length === 0) return [];
  return figuresOf(summary, { models, drawn }).map((named) => {
    const { figure } = named;
    return { ...named, figure: { ...figure, subtitle: [...figure.subtitle, ...note] } };
  });
}

function figuresOf(
  summary: StudySummary,
  { models, drawn }: { models: ModelRuns[]; drawn: ModelRuns[] },
): NamedFigure[] {
  return [
    ...comparisons.map(({ name, metric }) => ({
      name,
      model: null,
      figure: comparisonFigure(summary, models, metric),
    })),
    ...(drawn.length > MOST_OWN_FIGURES ? [] : drawn.flatMap((model) => modelFigures(summary, model))),
  ];
}

/** File names are made of letters, digits and dashes; a model called otherwise keeps those alone. */
function fileName(model: string, rest: string): string {
  return `${model.replace(/[^\p{L}\p{N}]+/gu, "-")}-${rest}`;
}

function comparisonFigure(summary: StudySummary, models: ModelRuns[], metric: Metric): LineFigure {
  // Styles follow the position among all models, so that a failed one does not recolour the others.
  const series = models.flatMap((model, index) =>
    model.drawn.length === 0 ? [] : [seriesOf(model, metric, modelStyle(index, legendName(model)))],
  );
  const drawn = models.filter((model) => model.drawn.length > 0);
  const leftOut = models.filter((model) => model.drawn.length === 0);
  const tasks = [...new Set(drawn.map((model) => model.task))];
  const cutNotes = quantityOf(metric) === "loss" ? cutDivergedLosses(series) : [];
  const panel = panelOf(metric, series);
  if (quantityOf(metric) === "accuracy") panel.chance = tasks.map((task) => chanceOf(summary, { task }));
  return {
    title: `${metricNames[metric]} of all models`,
    subtitle: [
      studyLine(summary),
      ...taskLines(summary, drawn),
      ...seedLines(drawn),
      ...leftOut.map((model) => `${model.title} has no finished epoch and is left out.`),
      ...cutNotes,
      ...(metric.startsWith("train") ? [trainNote(summary, quantityOf(metric))] : []),
    ],
    epochs: axisLength(summary),
    legend: series,
    panels: [panel],
  };
}

/**
 * Leaves out the points of failed models that would press all other curves onto the axis.
 * Returns a sentence for each model it cut; a model's own figures show everything.
 */
function cutDivergedLosses(series: Series[]): string[] {
  const highest = (some: Series[]): number => Math.max(0, ...some.flatMap((one) => one.points.map((p) => p.high)));
  const limit = 1.5 * highest(series.filter((one) => !one.failed));
  if (limit === 0) return [];
  return series
    .filter((one) => one.failed && highest([one]) > limit)
    .map((one) => {
      one.points = one.points.filter((point) => point.high <= limit);
      return `${one.name}: losses above ${limit.toFixed(2)} are not drawn.`;
    });
}

function modelFigures(summary: StudySummary, model: ModelRuns): NamedFigure[] {
  const [train, test] = trainTestStyles("train", "test");
  const named = (rest: string, figure: LineFigure): NamedFigure => ({
    name: fileName(model.model, rest),
    model: model.model,
    figure,
  });
  const note = statusNote(model);
  const base = {
    subtitle: [
      `${studyLine(summary)} · ${taskPhrase(summary, model)}`,
      ...seedLines([model]),
      ...(note ? [`${sentenceCase(note)}.`] : []),
    ],
    epochs: axisLength(summary),
  };
  const both = (kind: "Accuracy" | "Loss"): LineFigure => {
    const series = [seriesOf(model, `train${kind}`, train), seriesOf(model, `test${kind}`, test)];
    const panel = { ...panelOf(`test${kind}`, series), yTitle: kind === "Loss" ? "Loss (nats)" : kind };
    if (kind === "Accuracy") panel.chance = [chanceOf(summary, model)];
    const title = `${model.title}: train and test ${kind.toLowerCase()}`;
    return {
      ...base,
      title,
      subtitle: [...base.subtitle, trainNote(summary, kind === "Loss" ? "loss" : "accuracy")],
      legend: series,
      panels: [panel],
    };
  };
  const testPanels = (["testAccuracy", "testLoss"] as const).map((metric) =>
    panelOf(metric, [seriesOf(model, metric, test)]),
  );
  const [accuracyPanel] = testPanels;
  if (accuracyPanel) accuracyPanel.chance = [chanceOf(summary, model)];
  const title = `${model.title}: test accuracy with test loss`;
  return [
    named("accuracy", both("Accuracy")),
    named("loss", both("Loss")),
    named("test-accuracy-and-loss", { ...base, title, legend: [], panels: testPanels }),
  ];
}

function trainNote(summary: StudySummary, quantity: "accuracy" | "loss"): string {
  return `Train values are means over the epoch's steps, with ${activeInTraining(summary, quantity)} active.`;
}

function seriesOf(model: ModelRuns, metric: Metric, style: SeriesStyle): Series {
  const failed = model.done.length === 0 && model.runs.some((run) => run.status === "failed");
  return { ...style, points: curve(model, metric), failed };
}

function panelOf(metric: Metric, series: Series[]): Panel {
  const quantity = quantityOf(metric);
  const yTitle = quantity === "loss" ? `${metricNames[metric]} (nats)` : metricNames[metric];
  return { quantity, yTitle, series, chance: [] };
}

function legendName(model: ModelRuns): string {
  const note = statusNote(model);
  return note ? `${model.title} (${note})` : model.title;
}

function chanceOf(summary: StudySummary, model: { task: "source" | "target" }): ChanceLine {
  return { level: chanceLevel(taskOf(summary, model)) };
}

function taskPhrase(summary: StudySummary, model: { task: "source" | "target" }): string {
  return `${model.task} task, ${plural(taskOf(summary, model).classNames.length, "class", "classes")}`;
}

/** Which model was measured on which task, where there are two tasks in one figure. */
function taskLines(summary: StudySummary, models: ModelRuns[]): string[] {
  const groups = (["source", "target"] as const)
    .map((task) => ({ task, names: models.filter((model) => model.task === task).map((model) => model.model) }))
    .filter((group) => group.names.length > 0);
  const parts = groups.map((group) => `${group.names.join(", ")}: ${taskPhrase(summary, group)}`);
  return [parts.join(" · ")];
}

function seedLines(models: ModelRuns[]): string[] {
  const seeds = Math.max(...models.map((model) => model.drawn.length));
  return seeds > 1 ? [`Lines are means over ${seeds} seeds; bands reach from the lowest to the highest seed.`] : [];
}

/** The planned epochs, or more if a run has them. */
function axisLength(summary: StudySummary): number {
  return Math.max(1, summary.epochs, ...summary.runs.flatMap((run) => run.epochs.map((record) => record.epoch)));
}

function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
