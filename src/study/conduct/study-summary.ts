/** @file The summary of a study, from what its folder holds. */

import { stream } from "../../core/index.ts";
import { type ImageDataset, exampleImages } from "../../data/index.ts";
import { countParameters } from "../../engine/nn/index.ts";
import type { Found } from "../context/found.ts";
import type { StudyContext } from "../context/study-context.ts";
import { budgetsOf, seedsOf } from "../file/config.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { StudyConfig } from "../file/schema.ts";
import type { Backbone, StudyData, StudySplit } from "../material/study-data.ts";
import { sourceTask, taskRecord } from "../material/tasks.ts";
import { thumbnail, thumbnailShape } from "../material/thumbnail.ts";
import type { AnalysisRecord, ExampleImages, StudySummary } from "../records/records.ts";
import { describeMachine } from "./machine.ts";

/** Images of each class in the report's grid. */
const EXAMPLES_PER_CLASS = 8;

/** What is known of a study before its first step. */
export type StudyFacts = Omit<
  StudySummary,
  | "seeds"
  | "epochs"
  | "batchSize"
  | "runs"
  | "recommendations"
  | "wrongImages"
  | "rightImages"
  | "tuning"
  | keyof AnalysisRecord
  | "finishedAt"
  | "durationMs"
>;

/** @throws DataError if an example image cannot be read. */
export async function studyFacts({ study, data, split, tasksOf, jobs }: StudyContext): Promise<StudyFacts> {
  const { config } = study;
  const budgets = budgetsOf(config);
  const tasks = tasksOf(seedsOf(config)[0]);
  return {
    formatVersion: 1,
    name: config.name,
    protocol: config.protocol,
    notes: config.notes,
    dataset: datasetRecord(data.dataset),
    ...(data.sourceDataset === undefined ? {} : { sourceDataset: datasetRecord(data.sourceDataset) }),
    ...(data.backbone === undefined ? {} : { backbone: backboneRecord(data.backbone) }),
    source: split.source === null ? null : taskRecord(split.source, sourceTask(tasks)),
    target: taskRecord(split.target, tasks.target(budgets[budgets.length - 1])),
    budgets,
    examples: examplesOf(data, split),
    modelInput: modelInputOf(data, config),
    machine: { ...(await describeMachine(study)), ...(jobs > 1 ? { jobs } : {}) },
    startedAt: study.startedAt,
    command: study.command,
  };
}

interface Standing extends Required<Pick<StudySummary, "runs" | "recommendations" | "wrongImages" | "rightImages">> {
  plan: readonly PlannedRun[];
  found: Found;
}

/** The summary of a study: what is known of it before, and what its folder says. */
export function summaryOf(
  { examples, modelInput, machine, startedAt, command, ...known }: StudyFacts,
  { plan, runs, recommendations, wrongImages, rightImages, found }: Standing,
): StudySummary {
  const { tuning, analysis, finishedAt, durationMs } = found;
  return {
    ...known,
    seeds: [...new Set(plan.map(({ seed }) => seed))],
    epochs: Math.max(...plan.map(({ training }) => training.epochs)),
    batchSize: Math.max(...plan.map(({ training }) => training.batchSize)),
    runs,
    recommendations,
    tuning,
    ...analysis,
    examples,
    wrongImages,
    rightImages,
    ...(modelInput === undefined ? {} : { modelInput }),
    machine,
    startedAt,
    finishedAt,
    durationMs,
    command,
  };
}

function datasetRecord({ name, title, classNames, checksum, provenance }: ImageDataset): StudySummary["dataset"] {
  return { name, title, classNames: [...classNames], checksum, provenance };
}

function backboneRecord(backbone: Backbone): NonNullable<StudySummary["backbone"]> {
  const { name, title, network, checksum, provenance, untrainable } = backbone;
  return { name, title, checksum, provenance, untrainable, parameters: countParameters(network) };
}

function modelInputOf(
  { dataset, preparation }: StudyData,
  { fit }: StudyConfig,
): NonNullable<StudySummary["modelInput"]> {
  const { resizeShorter, interpolation } = preparation ?? {};
  return {
    shape: dataset.imageShape,
    fit: preparation?.fit ?? fit,
    ...(resizeShorter === undefined ? {} : { resizeShorter }),
    ...(interpolation === undefined ? {} : { interpolation }),
  };
}

/** The target's data set first, then the source's own, if it has one. */
function examplesOf({ dataset, sourceDataset }: StudyData, { source, target }: StudySplit): ExampleImages {
  const roleOf = (classId: number): "source" | "target" | "neither" => {
    if (target.classIds.includes(classId)) return "target";
    return sourceDataset === undefined && source?.classIds.includes(classId) === true ? "source" : "neither";
  };
  const [channels, height, width] = thumbnailShape(dataset.imageShape);
  const ofSource = sourceDataset === undefined ? [] : exampleClasses(sourceDataset, () => "source");
  return { channels, height, width, classes: [...exampleClasses(dataset, roleOf), ...ofSource] };
}

function exampleClasses(
  dataset: ImageDataset,
  roleOf: (classId: number) => ExampleImages["classes"][number]["task"],
): ExampleImages["classes"] {
  const perClass = Math.min(EXAMPLES_PER_CLASS, smallestClass(dataset));
  const { imageShape, classes } = exampleImages(dataset, { perClass, stream: stream(0, "examples") });
  return classes.map(({ classId, className, images }) => ({
    classId,
    className,
    task: roleOf(classId),
    imagesBase64: images.map((image) => Buffer.from(thumbnail(image, imageShape)).toString("base64")),
  }));
}

function smallestClass({ classNames, train }: ImageDataset): number {
  const counts = classNames.map(() => 0);
  for (const label of train.labels) counts[label] += 1;
  return Math.min(...counts);
}
