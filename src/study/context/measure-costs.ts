/** @file Measures what a study's work costs on this machine, by a few steps of each kind, before anything is trained. */

import { TrainingError } from "../../core/index.ts";
import { type ImageSubset, selectImages } from "../../data/index.ts";
import { type Parameters, shapeAfter, sliceNetwork } from "../../engine/nn/index.ts";
import { type LabelledBatch, type Trainer, createInferenceSession } from "../../engine/training/index.ts";
import type { FeatureCache, PlacedStage } from "../../transfer/index.ts";
import { PRETRAINED, type PlannedRun } from "../file/plan.ts";
import { evaluationImages } from "../material/batch-sources.ts";
import type { Piece } from "../run/costs.ts";
import { usesFeatures } from "../run/network.ts";
import type { StageOptions } from "../run/stage.ts";
import { type MeasuredTail, openMeasuredTail } from "../run/tail.ts";
import { freshState, openStage, startOf } from "../run/train-stages.ts";
import { kindOfStage } from "./run-pieces.ts";
import { type StudyContext, networkOf, stageOptionsOf } from "./study-context.ts";

/** Nothing more is measured after so long: what is left is told by its arithmetic. */
const LONGEST_MS = 5000;
/** Steps of a stage are measured for so long. */
const STEPS_MS = 200;
/** Held-out images that are measured, first few and then more. */
const FEW_IMAGES = 8;
const MORE_IMAGES = 100;
/** Nothing is kept of these steps. */
const LEARNING_RATE = 1e-6;

/** What takes most arithmetic first. */
export async function measureCosts(context: StudyContext): Promise<void> {
  const began = performance.now();
  const startsOf = rememberStarts(context);
  for (const { run, stage, pieces } of stagesOf(context)) {
    if (performance.now() - began > LONGEST_MS) return;
    const options = measuredOptions(context, run);
    const start = startsOf(run);
    await measureStage(context, { options, stage, start, pieces }).catch((error: unknown) => {
      // the run itself will say what is wrong
      if (!(error instanceof TrainingError)) throw error;
    });
  }
}

async function measureStage(context: StudyContext, measurement: Measurement): Promise<void> {
  const { options, stage } = measurement;
  if (usesFeatures(options.run, stage)) await measureFeatures(context, measurement);
  if (stage.solves === undefined) await measureSteps(context, measurement);
  else await measureScores(context, measurement);
}

interface StageToMeasure {
  readonly run: PlannedRun;
  readonly stage: PlacedStage;
  /** Of its run. */
  readonly pieces: readonly Piece[];
}

/** One of each kind. */
function stagesOf({ runs, works, networks }: StudyContext): StageToMeasure[] {
  const kinds = new Map<string, StageToMeasure & { work: number }>();
  for (const [index, run] of runs.entries()) {
    for (const stage of networkOf(networks, run).stages) {
      const kind = kindOfStage(run, stage);
      const pieces = works[index];
      const own = pieces.filter((piece) => piece.kind.endsWith(` ${kind}`) && piece.group !== "other");
      const work = own.reduce((sum, { units, flops }) => sum + units * flops, kinds.get(kind)?.work ?? 0);
      kinds.set(kind, { run, stage, pieces, ...kinds.get(kind), work });
    }
  }
  return [...kinds.values()].sort((a, b) => b.work - a.work);
}

/** The run that trains would start from, with random weights where they are still to be trained. */
function rememberStarts(context: StudyContext): (run: PlannedRun) => Parameters {
  const known = new Map<string, Parameters>();
  const startsOf = (run: PlannedRun): Parameters => {
    const start = known.get(run.id) ?? startOf(stageOptionsOf(context, run), originOf(run));
    known.set(run.id, start);
    return start;
  };
  const originOf = ({ startsFrom }: PlannedRun): Parameters | null => {
    if (startsFrom === PRETRAINED) return context.data.backbone?.parameters ?? null;
    const origin = context.runs.find(({ id }) => id === startsFrom);
    return origin === undefined ? null : startsOf(origin);
  };
  return startsOf;
}

/** A few held-out images, and made-up features of frozen layers. */
function measuredOptions(context: StudyContext, run: PlannedRun): StageOptions {
  const options = stageOptionsOf(context, run);
  const test = firstImages(options.task.test, MORE_IMAGES);
  return { ...options, task: { ...options.task, test, validation: null }, heldOut: ["test"], features: madeUpFeatures };
}

function firstImages(subset: ImageSubset, most: number): ImageSubset {
  return selectImages(
    subset,
    Uint32Array.from({ length: Math.min(most, subset.indices.length) }, (_, index) => index),
  );
}

const madeUpFeatures: FeatureCache = {
  features: async ({ subset, network, boundary }) => ({
    count: subset.indices.length,
    shape: shapeAfter(network, boundary),
    sizeBytes: 0,
    spilled: false,
    write: () => {},
    read: (rows, into) => void into.forEach((_, place) => (into[place] = ((31 * rows[0] + 17 * place) % 97) / 97)),
    close: () => {},
  }),
  release: () => {},
  close: () => {},
};

interface Measurement extends Omit<StageToMeasure, "run"> {
  readonly options: StageOptions;
  readonly start: Parameters;
}

async function measureSteps({ costs }: StudyContext, { options, stage, start, pieces }: Measurement): Promise<void> {
  const [open, step] = ["open", "step"].map((what) => pieceOf(pieces, `${what} ${kindOfStage(options.run, stage)}`));
  const began = performance.now();
  const { tail, trainer, current, close } = await openStage(options, { start, stage, state: freshState() });
  try {
    let first: number | null = null;
    let steps = 0;
    for await (const group of groupsOf(tail.source, trainer)) {
      await trainer.steps(
        group,
        group.map((_, index) => ({ step: steps + index, learningRate: LEARNING_RATE })),
      );
      const now = performance.now();
      if (first === null) {
        costs.measured(open, 1, now - began);
        first = now;
        continue;
      }
      steps += group.length;
      costs.measured(step, steps, now - first);
      if (now - first > STEPS_MS) break;
    }
    await measureTail({ costs }, { tail, options, stage, pieces, parameters: current });
  } finally {
    await close();
  }
}

/**
 * Batches to be stepped at once, epoch after epoch, only groups as large as they get, of batches as large as the first:
 * an epoch's last one is compiled for itself, once in a run.
 */
export async function* groupsOf(
  source: { epoch(epoch: number, start: number): AsyncIterable<LabelledBatch> },
  trainer: Pick<Trainer, "stepsAtOnce">,
): AsyncGenerator<LabelledBatch[]> {
  let size: number | undefined;
  for (let epoch = 0; ; epoch++) {
    let group: LabelledBatch[] = [];
    let wanted = 1;
    for await (const batch of source.epoch(epoch, 0)) {
      size ??= batch.labels.data.length;
      if (batch.labels.data.length !== size) continue;
      if (group.length === 0) wanted = trainer.stepsAtOnce(batch.labels.data.length);
      group.push(batch);
      if (group.length < wanted) continue;
      yield group;
      group = [];
    }
    if (group.length > 0) yield group;
  }
}

async function measureScores(context: StudyContext, { options, stage, start, pieces }: Measurement): Promise<void> {
  const tail = await openMeasuredTail({ ...options, stage, start });
  try {
    await measureTail(context, { tail, options, stage, pieces, parameters: start });
  } finally {
    await tail.close();
  }
}

/** An evaluation may compile its network anew, which takes as long for few images as for many. */
async function measureTail(
  { costs }: Pick<StudyContext, "costs">,
  {
    tail,
    options,
    stage,
    pieces,
    parameters,
  }: { tail: MeasuredTail; parameters: Parameters } & Pick<Measurement, "options" | "stage" | "pieces">,
): Promise<void> {
  const score = pieces.find(({ kind }) => kind === `score ${kindOfStage(options.run, stage)}`);
  if (score === undefined) return;
  const timeOf = async (measured: MeasuredTail): Promise<number> => {
    // the first one of all compiles what later ones do not
    await measured.evaluate(parameters);
    const began = performance.now();
    await measured.evaluate(parameters);
    return performance.now() - began;
  };
  const { test } = options.task;
  const some = { ...options, stage, start: parameters, task: { ...options.task, test: firstImages(test, FEW_IMAGES) } };
  const few = await openMeasuredTail(some);
  try {
    const [fewMs, moreMs] = [await timeOf(few), await timeOf(tail)];
    const more = Math.max(1, test.indices.length - FEW_IMAGES);
    const imageMs = Math.max(0, moreMs - fewMs) / more;
    const images = score.units / Math.max(1, score.span[1] - score.span[0]);
    costs.measured(score, images, fewMs + imageMs * (images - FEW_IMAGES));
  } finally {
    await few.close();
  }
}

/** Of some images, a second time: the first is slow. */
async function measureFeatures({ costs }: StudyContext, { options, stage, start, pieces }: Measurement): Promise<void> {
  const piece = pieces.find(({ kind }) => kind === `features ${stage.boundary}`);
  if (piece === undefined) return;
  const { whole, task, imageShape, normalization, session } = options;
  const network = sliceNetwork(whole.network, 0, stage.boundary);
  const pass = await createInferenceSession(
    { network, parameters: start, input: { kind: "images", normalization } },
    session,
  );
  try {
    for (const most of [FEW_IMAGES, MORE_IMAGES]) {
      const images = firstImages(task.train, most);
      const began = performance.now();
      for (const { input } of evaluationImages(images, imageShape)) await pass.run({ input });
      costs.measured(piece, images.indices.length, performance.now() - began);
    }
  } finally {
    await pass.close();
  }
}

function pieceOf(pieces: readonly Piece[], kind: string): Piece {
  const piece = pieces.find((one) => one.kind === kind);
  if (piece === undefined) throw new Error(`internal: a run without the work "${kind}"`);
  return piece;
}
