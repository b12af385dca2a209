/** @file The summary of a study that has not begun: what is known before the first step. */

import { stream } from "../../core/index.ts";
import { type ImageDataset, exampleImages } from "../../data/index.ts";
import { type Network, countParameters } from "../../engine/nn/index.ts";
import type { StagePart } from "../../transfer/index.ts";
import { budgetsOf, seedsOf } from "../file/config.ts";
import type { PlannedRun } from "../file/plan.ts";
import type { Backbone, StudyData, StudySplit } from "../material/study-data.ts";
import { type SeedTasks, sourceTask, taskOf, taskRecord } from "../material/tasks.ts";
import { thumbnail, thumbnailShape } from "../material/thumbnail.ts";
import type { ExampleImages, RunRecord, StudySummary } from "../records/records.ts";
import type { StudyFile } from "../records/run-store.ts";
import { type RunNetwork, countTrained, parameterCounts } from "../run/network.ts";
import { describeMachine } from "./machine.ts";

/** Images of each class in the report's grid. */
const EXAMPLES_PER_CLASS = 8;

/** The record of a run that has not begun. */
export function freshRecord(run: PlannedRun, { tasks, network }: { tasks: SeedTasks; network: RunNetwork }): RunRecord {
  const task = taskOf(tasks, run);
  const { stages } = network;
  const { solves, layerCurve } = run.choice?.strategy ?? {};
  return {
    id: run.id,
    model: run.model,
    strategy: run.strategy,
    label: run.label,
    task: run.task,
    seed: run.seed,
    startsFrom: run.startsFrom,
    ...(solves === undefined ? {} : { solves }),
    ...(layerCurve === undefined ? {} : { layerCurve }),
    imagesPerClass: run.imagesPerClass,
    learningRate: solves === undefined ? run.training.learningRate : 0,
    training: run.training,
    ...(stages.length > 1 ? { stages: stages.map((stage) => stageRecord(network.network, stage)) } : {}),
    status: "pending",
    trainImages: task.train.indices.length,
    testImages: task.test.indices.length,
    ...parameterCounts(network),
    epochs: [],
    durationMs: 0,
    featureDurationMs: 0,
    flops: { total: 0, backward: 0 },
  };
}

function stageRecord(network: Network, stage: StagePart): NonNullable<RunRecord["stages"]>[number] {
  return {
    label: stage.label,
    epochs: stage.endEpoch - stage.firstEpoch,
    trainableParameters: countTrained(network, stage.trains),
  };
}

/** The summary of a study over the given run records. */
export async function freshSummary({
  study,
  data,
  split,
  tasks,
  runs,
  records,
}: {
  study: StudyFile;
  data: StudyData;
  split: StudySplit;
  tasks: SeedTasks;
  runs: readonly PlannedRun[];
  records: RunRecord[];
}): Promise<StudySummary> {
  const { config } = study;
  const budgets = budgetsOf(config);
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
    seeds: seedsOf(config),
    budgets,
    ...trainingSummary(runs),
    runs: records,
    tuning: [],
    transferability: [],
    featureMaps: [],
    firstFilters: [],
    examples: examplesOf(data, split),
    machine: await describeMachine(study),
    startedAt: study.startedAt,
    finishedAt: null,
    durationMs: 0,
    command: study.command,
  };
}

/** How the runs train, as they are settled now. */
export function trainingSummary(runs: readonly PlannedRun[]): Pick<StudySummary, "epochs" | "batchSize"> {
  return {
    epochs: Math.max(...runs.map(({ training }) => training.epochs)),
    batchSize: Math.max(...runs.map(({ training }) => training.batchSize)),
  };
}

function datasetRecord({ name, title, classNames, checksum, provenance }: ImageDataset): StudySummary["dataset"] {
  return { name, title, classNames: [...classNames], checksum, provenance };
}

function backboneRecord(backbone: Backbone): NonNullable<StudySummary["backbone"]> {
  const { name, title, network, checksum, provenance, untrainable } = backbone;
  return { name, title, checksum, provenance, untrainable, parameters: countParameters(network) };
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
