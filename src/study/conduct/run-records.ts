/** @file The records of a study's runs: as their folders have them, or as they are known before a run begins. */

import type { Network } from "../../engine/nn/index.ts";
import type { PlacedStage } from "../../transfer/index.ts";
import { type StudyContext, networkOf } from "../context/study-context.ts";
import type { PlannedRun } from "../file/plan.ts";
import { taskOf } from "../material/tasks.ts";
import type { RunRecord } from "../records/records.ts";
import { isOver } from "../records/run-store.ts";
import { countTrained, parameterCounts } from "../run/network.ts";

/** The record of every run of a study, in their order, as the folder had them when it was last looked at. */
export function recordsOf(context: StudyContext): RunRecord[] {
  const records = new Map<string, RunRecord>();
  for (const [index, run] of context.runs.entries()) {
    const record = context.found.records.get(run.id) ?? recordBefore(context, index);
    const origin = run.startsFrom === null ? undefined : records.get(run.startsFrom);
    records.set(run.id, isOver(record) ? record : withOrigin(record, origin));
  }
  return [...records.values()];
}

/** Counting parameters takes long where runs are many. */
const before = new WeakMap<PlannedRun, RunRecord>();

function recordBefore(context: StudyContext, index: number): RunRecord {
  const run = context.runs[index];
  const record = before.get(run) ?? freshRecord(context, index);
  before.set(run, record);
  return record;
}

/** Not in the run's own folder: if the other run is trained again, so is this one. */
function withOrigin(record: RunRecord, origin: RunRecord | undefined): RunRecord {
  if (origin?.status !== "failed") return record;
  const { model, label } = origin;
  return { ...record, status: "failed", failure: `not trained: it starts from ${model} (${label}), which failed.` };
}

/** The record of a run as its folder has it now, for the process that trains it. */
export async function readRecord(context: StudyContext, index: number): Promise<RunRecord> {
  return (await context.store.readRun(context.runs[index].id)) ?? freshRecord(context, index);
}

/** The record of a run that has not begun. */
export function freshRecord({ runs, networks, tasksOf }: StudyContext, index: number): RunRecord {
  const run = runs[index];
  const task = taskOf(tasksOf(run.seed), run);
  const network = networkOf(networks, run);
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
    ...(stages.length > 1 ? { stages: stages.map((stage) => stageRecord(network.trained, stage)) } : {}),
    status: "pending",
    trainImages: task.train.indices.length,
    testImages: task.test.indices.length,
    ...parameterCounts(network),
    epochs: [],
    durationMs: 0,
    featureDurationMs: 0,
    flops: { total: 0, backward: 0 },
    ...(run.sourceProbe === undefined ? {} : { sourceProbe: run.sourceProbe }),
  };
}

function stageRecord(network: Network, stage: PlacedStage): NonNullable<RunRecord["stages"]>[number] {
  return {
    label: stage.label,
    epochs: stage.endEpoch - stage.firstEpoch,
    trainableParameters: countTrained(network, stage),
  };
}
