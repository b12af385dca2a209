/** @file Runs training steps: owns the sessions and the state, which stays where they compute. */

import { type Tensor, float32, sizeOf, zeros } from "../../core/index.ts";
import { type Parameters, networkParameters, trainingFlops } from "../nn/index.ts";
import {
  NEXT,
  type Session,
  type SessionOptions,
  type Tensors,
  createSession,
  imageBlockSize,
  machineThreads,
  residentTensors,
} from "../runtime/index.ts";
import type { LabelledBatch } from "./inference.ts";
import { type Mixing, mixInputs } from "./step/mixing/mixing.ts";
import { averageInputs, averageName } from "./step/moving-average.ts";
import { type MaskSpec, drawMasks, nameOfStep, scalarInputs } from "./step/step-inputs.ts";
import { type StepSize, samplesAtATime } from "./step/step-memory.ts";
import { slotName } from "./step/step-state.ts";
import type { TrainingStepOptions } from "./step/training-step-options.ts";
import { type TrainingStepGraph, buildTrainingStep, isReplaced, isTrained } from "./step/training-step.ts";

/** Arithmetic that takes as long as giving one number of the state back, twice over. */
const FLOPS_A_COPIED_NUMBER = 100;
/** A smaller state costs nothing to speak of. */
const LEAST_STATE = 100_000;
const STEPS_AT_ONCE = 8;

/** Arithmetic of a step below which another thread costs more than it saves: half a millisecond of a core's. */
const LEAST_FLOPS_A_THREAD = 1e8;

type FloatTensors = Record<string, Tensor<"float32">>;

export interface TrainerOptions extends Omit<
  TrainingStepOptions,
  "frozen" | "blockSize" | "mixes" | "cuts" | "partSize"
> {
  /** Values of all parameters at the start; copied, never written to. */
  parameters: Parameters;
  /** Slots of an earlier run by full name; where left out, the optimizer's are zeros, averages the parameters. */
  slots?: Tensors;
  seed: number;
  /** Draws the masks of a step as inputs `mask/…`; from the seed alone when left out. */
  masks?: (masks: readonly MaskSpec[], step: number) => Tensors;
  /** Mixes every batch with itself: the images or, where the frozen layers are left out, their features. */
  mixing?: Mixing | undefined;
  session?: SessionOptions;
  /** A batch that would take more is computed in parts, on the CPU; always whole when left out. */
  memoryBytes?: number | undefined;
  /** Told of batches that are, as their step is compiled. */
  onParts?: ((batchSize: number, atATime: number) => void) | undefined;
}

export interface StepResult {
  /** Mean over the batch, in nats. */
  readonly loss: number;
  /** Of a mixed batch, the share of correct answers for either label, as their shares weigh. */
  readonly correct: number;
}

/** The number of a step (from 0) decides its masks and, with the rate, the optimizer's scalars. */
export interface StepPlace {
  readonly step: number;
  readonly learningRate: number;
}

export interface Trainer {
  /** Trains on one batch. */
  step(batch: LabelledBatch, at: StepPlace): Promise<StepResult>;
  /** Trains on batches one after another in one call; the same bits as in several. */
  steps(batches: readonly LabelledBatch[], places: readonly StepPlace[]): Promise<StepResult[]>;
  /** How many steps to take in one call: several where giving the state back takes as long as computing it. */
  stepsAtOnce(batchSize: number): number;
  /** Current values of all parameters, frozen ones too; trained ones are overwritten by later steps. */
  parameters(): Promise<FloatTensors>;
  /** The same with averages in place of what is averaged; null where nothing is. */
  averages(): Promise<FloatTensors | null>;
  /** Current values of the optimizer's slots and of the averages; overwritten by later steps. */
  slots(): Promise<FloatTensors>;
  /** Names of the parameters that the optimizer has updated, in the network's order; none before the first step. */
  updated(): readonly string[];
  close(): Promise<void>;
}

interface Compiled {
  readonly step: TrainingStepGraph;
  readonly session: Session;
}

/** A trainer for one run. Graphs are compiled when batches of their sizes are first seen. */
export function createTrainer(options: TrainerOptions): Trainer {
  const compiled = new Map<string, Promise<Compiled>>();
  const start = initialState(options);
  const state = residentTensors(start, options.session);
  const read = async (): Promise<FloatTensors> => (await state.read()) as FloatTensors;

  const replaced = new Set<string>();
  let flops: number | undefined;
  const flopsOfSample = (): number => (flops ??= trainingFlops(options.network, options.trains, options.updates));
  const stateSize = Object.values(start).reduce((sum, { data }) => sum + data.length, 0);
  const compiledFor = (batchSizes: readonly number[]): Promise<Compiled> => {
    const key = batchSizes.join(" ");
    const flopsOfBatch = batchSizes[0] * flopsOfSample();
    const known = compiled.get(key) ?? compile(options, { batchSizes, stateSize, flops: flopsOfBatch });
    compiled.set(key, known);
    return known;
  };
  const steps: Trainer["steps"] = async (batches, places) => {
    const { step: graph, session } = await compiledFor(batches.map(({ labels }) => labels.data.length));
    const feeds = batches.map((batch, index) => feedOf(options, { graph, batch, at: places[index], index }));
    const results = await state.run(session, Object.assign({}, ...feeds) as Tensors);
    for (const name of graph.stateNames) replaced.add(name);
    const numberOf = (name: string, index: number): number => Number(results[nameOfStep(name, index)].data[0]);
    return batches.map((_, index) => ({ loss: numberOf("loss", index), correct: numberOf("correct", index) }));
  };

  const parameters = async (): Promise<FloatTensors> => {
    const current = await read();
    return parametersBy(options, (name) => current[name] ?? options.parameters[name]);
  };

  return {
    steps,
    step: async (batch, at) => (await steps([batch], [at]))[0],
    stepsAtOnce: (batchSize) => stepsAtOnce(options, { stateSize, flops: batchSize * flopsOfSample() }),
    parameters,
    averages: async () => {
      if (options.average === undefined) return null;
      const current = await read();
      return parametersBy(options, (name) => current[averageName(name)] ?? options.parameters[name]);
    },
    slots: async () => Object.fromEntries(Object.entries(await read()).filter(([name]) => name.startsWith("slot/"))),
    updated: () => updatedOf(options, replaced),
    close: async () => {
      await state.close();
      // a graph that did not compile has no session, and has told so
      const sessions = await Promise.allSettled(compiled.values());
      await Promise.all(sessions.map((one) => (one.status === "fulfilled" ? one.value.session.close() : undefined)));
    },
  };
}

/** In parts where the memory asks for it. */
async function compile(
  options: TrainerOptions,
  { batchSizes, stateSize, flops }: { batchSizes: readonly number[]; stateSize: number; flops: number },
): Promise<Compiled> {
  const { mixing, session } = options;
  const blockSize = await imageBlockSize(session?.device);
  const mixes = { mixes: mixing !== undefined, cuts: mixing?.cuts === true };
  const build = (partSize?: number): TrainingStepGraph =>
    buildTrainingStep({ ...options, ...mixes, frozen: options.parameters, blockSize, partSize }, ...batchSizes);
  const whole = build();
  const batchSize = Math.max(...batchSizes);
  const stateBytes = stateSize * Float32Array.BYTES_PER_ELEMENT;
  const partSize = partSizeFor(options, { graph: whole.graph, batchSize, stateBytes });
  const step = partSize < batchSize ? build(partSize) : whole;
  if (partSize < batchSize) options.onParts?.(batchSize, partSize);
  const keep = step.stateNames.map((name) => NEXT + name);
  return { step, session: await createSession(step.graph, { ...sessionFor(options, flops), keep }) };
}

function partSizeFor(
  { memoryBytes, session }: TrainerOptions,
  { graph, ...size }: StepSize & { graph: TrainingStepGraph["graph"] },
): number {
  const isOnCpu = (session?.device ?? "cpu") === "cpu";
  return memoryBytes === undefined || !isOnCpu ? size.batchSize : samplesAtATime(graph, size, memoryBytes);
}

/** The inputs of one step, under its names in a graph of several. */
function feedOf(
  {
    network,
    optimizer,
    seed,
    masks = (specs, step) => drawMasks(specs, { seed, step }),
    mixing,
    average,
  }: TrainerOptions,
  {
    graph,
    batch: { input, labels },
    at,
    index,
  }: { graph: TrainingStepGraph; batch: LabelledBatch; at: StepPlace; index: number },
): Tensors {
  const { step } = at;
  const batch = { batchSize: labels.data.length, step, inputShape: network.inputShape };
  const feed = {
    input,
    labels,
    ...scalarInputs(optimizer, { ...at, factors: graph.learningRateFactors }),
    ...(average === undefined ? {} : averageInputs(average, step)),
    ...masks(graph.masks[index], step),
    ...(mixing === undefined ? {} : mixInputs(mixing, batch)),
  };
  return Object.fromEntries(Object.entries(feed).map(([name, tensor]) => [nameOfStep(name, index), tensor]));
}

function updatedOf({ network }: TrainerOptions, replaced: ReadonlySet<string>): string[] {
  const specs = networkParameters(network).filter(({ role }) => role !== "statistic");
  return specs.map(({ name }) => name).filter((name) => replaced.has(name));
}

function parametersBy({ network }: TrainerOptions, valueOf: (name: string) => Tensor<"float32">): FloatTensors {
  return Object.fromEntries(networkParameters(network).map(({ name }) => [name, valueOf(name)]));
}

/** onnxruntime's binding copies what a call gives back to new memory, even where it was told where to put it. */
function stepsAtOnce({ session }: TrainerOptions, { stateSize, flops }: { stateSize: number; flops: number }): number {
  const isOnCpu = (session?.device ?? "cpu") === "cpu";
  return isOnCpu && stateSize >= LEAST_STATE && stateSize * FLOPS_A_COPIED_NUMBER >= flops ? STEPS_AT_ONCE : 1;
}

/**
 * Threads wait for each other at every operator. A step of little arithmetic, such as one of a head on features, takes
 * longer with more of them, most of all where other programs share the cores.
 */
function sessionFor({ session = {} }: TrainerOptions, flops: number): SessionOptions {
  const worthwhile = Math.ceil(flops / LEAST_FLOPS_A_THREAD);
  return { ...session, threads: Math.min(session.threads ?? machineThreads(), Math.max(1, worthwhile)) };
}

/** The tensors that steps replace, as they start. */
function initialState(options: TrainerOptions): FloatTensors {
  const { network, parameters, slots = {}, optimizer, average } = options;
  const replaced = networkParameters(network).filter((spec) => isReplaced(spec, options));
  return Object.fromEntries(
    replaced.flatMap((spec) => {
      const { name, shape } = spec;
      const slotNames = isTrained(spec, options) ? optimizer.slotNames.map((slot) => slotName(slot, name)) : [];
      return [
        [name, checked(parameters[name], shape)],
        ...slotNames.map((slot) => [slot, checked(slots[slot] ?? zeros(shape), shape)]),
        ...(average === undefined
          ? []
          : [[averageName(name), checked(slots[averageName(name)] ?? parameters[name], shape)]]),
      ];
    }),
  ) as FloatTensors;
}

function checked(tensor: Tensor | undefined, shape: readonly number[]): Tensor<"float32"> {
  if (tensor?.dtype !== "float32" || tensor.data.length !== sizeOf(shape)) {
    throw new Error(`internal: expected a float32 tensor of shape [${shape.join(", ")}]`);
  }
  return float32(tensor.data as Float32Array, shape);
}
