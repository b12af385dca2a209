/** @file Runs training steps: owns the sessions and the state, which stays where they compute. */

import { availableParallelism } from "node:os";
import { type Tensor, float32, sizeOf, zeros } from "../../core/index.ts";
import { type Parameters, networkParameters, trainingFlops } from "../nn/index.ts";
import {
  NEXT,
  type Session,
  type SessionOptions,
  type Tensors,
  createSession,
  imageBlockSize,
  residentTensors,
} from "../runtime/index.ts";
import type { LabelledBatch } from "./inference.ts";
import {
  type MaskSpec,
  type TrainingStepGraph,
  type TrainingStepOptions,
  buildTrainingStep,
  drawMasks,
  isReplaced,
  isTrained,
  scalarInputs,
  slotName,
} from "./training-step.ts";

/** Arithmetic of a step below which another thread costs more than it saves: half a millisecond of a core's. */
const LEAST_FLOPS_A_THREAD = 1e8;

type FloatTensors = Record<string, Tensor<"float32">>;

export interface TrainerOptions extends Omit<TrainingStepOptions, "frozen" | "blockSize"> {
  /** Values of all parameters at the start; copied, never written to. */
  parameters: Parameters;
  /** Optimizer slots of an earlier run by full name; zeros where left out. */
  slots?: Tensors;
  seed: number;
  /** Draws the masks of a step as inputs `mask/…`; from the seed alone when left out. */
  masks?: (masks: readonly MaskSpec[], step: number) => Tensors;
  session?: SessionOptions;
}

export interface StepResult {
  /** Mean over the batch, in nats. */
  readonly loss: number;
  readonly correct: number;
}

export interface Trainer {
  /** Trains on one batch. The step number (from 0) decides masks and optimizer scalars. */
  step(batch: LabelledBatch, at: { step: number; learningRate: number }): Promise<StepResult>;
  /** Current values of all parameters, frozen ones too; trained ones are overwritten by later steps. */
  parameters(): Promise<FloatTensors>;
  /** Current values of the optimizer's slots; overwritten by later steps. */
  slots(): Promise<FloatTensors>;
  close(): Promise<void>;
}

/** A trainer for one run. Graphs are compiled when a batch size is first seen. */
export function createTrainer(options: TrainerOptions): Trainer {
  const { masks = (specs, step) => drawMasks(specs, { seed: options.seed, step }) } = options;
  const compiled = new Map<number, Promise<{ step: TrainingStepGraph; session: Session }>>();
  const state = residentTensors(initialState(options), options.session);
  const read = async (): Promise<FloatTensors> => (await state.read()) as FloatTensors;

  const compile = async (batchSize: number): Promise<{ step: TrainingStepGraph; session: Session }> => {
    const blockSize = await imageBlockSize(options.session?.device);
    const step = buildTrainingStep({ ...options, frozen: options.parameters, blockSize }, batchSize);
    const keep = step.stateNames.map((name) => NEXT + name);
    return { step, session: await createSession(step.graph, { ...sessionFor(options, batchSize), keep }) };
  };
  const forBatchSize = (batchSize: number): Promise<{ step: TrainingStepGraph; session: Session }> => {
    const known = compiled.get(batchSize) ?? compile(batchSize);
    compiled.set(batchSize, known);
    return known;
  };

  return {
    step: async ({ input, labels }, { step, learningRate }) => {
      const { step: graph, session } = await forBatchSize(labels.data.length);
      const results = await state.run(session, {
        input,
        labels,
        ...scalarInputs(options.optimizer, { step, learningRate, factors: graph.learningRateFactors }),
        ...masks(graph.masks, step),
      });
      return { loss: Number(results.loss.data[0]), correct: Number(results.correct.data[0]) };
    },
    parameters: async () => {
      const names = networkParameters(options.network).map(({ name }) => name);
      const current = await read();
      return Object.fromEntries(names.map((name) => [name, current[name] ?? options.parameters[name]]));
    },
    slots: async () => Object.fromEntries(Object.entries(await read()).filter(([name]) => name.startsWith("slot/"))),
    close: async () => {
      await state.close();
      // a graph that did not compile has no session, and has told so
      const sessions = await Promise.allSettled(compiled.values());
      await Promise.all(sessions.map((one) => (one.status === "fulfilled" ? one.value.session.close() : undefined)));
    },
  };
}

/**
 * Threads wait for each other at every operator. A step of little arithmetic, such as one of a head on features, takes
 * longer with more of them, most of all where other programs share the cores.
 */
function sessionFor({ network, trains, session = {} }: TrainerOptions, batchSize: number): SessionOptions {
  const worthwhile = Math.ceil((batchSize * trainingFlops(network, trains)) / LEAST_FLOPS_A_THREAD);
  return { ...session, threads: Math.min(session.threads ?? availableParallelism(), Math.max(1, worthwhile)) };
}

/** The tensors that steps replace, as they start. */
function initialState(options: TrainerOptions): FloatTensors {
  const { network, trains, optimizer, parameters, slots = {} } = options;
  const state: FloatTensors = {};
  for (const spec of networkParameters(network)) {
    if (!isReplaced(spec, options)) continue;
    state[spec.name] = checked(parameters[spec.name], spec.shape);
    if (!isTrained(spec, trains)) continue;
    for (const slot of optimizer.slotNames) {
      const name = slotName(slot, spec.name);
      const given = slots[name];
      state[name] = given === undefined ? zeros(spec.shape) : checked(given, spec.shape);
    }
  }
  return state;
}

function checked(tensor: Tensor | undefined, shape: readonly number[]): Tensor<"float32"> {
  if (tensor?.dtype !== "float32" || tensor.data.length !== sizeOf(shape)) {
    throw new Error(`internal: expected a float32 tensor of shape [${shape.join(", ")}]`);
  }
  return float32(tensor.data as Float32Array, shape);
}
