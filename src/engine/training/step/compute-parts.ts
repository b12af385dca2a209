/** @file Forward, loss and backward of one step, the parts of its batch one after the other. */

import { gradient } from "../../autodiff/index.ts";
import { countCorrect, forward, meanCrossEntropy, totalWeight } from "../../nn/index.ts";
import type { Operations, Value } from "../../onnx/index.ts";
import { interpolate } from "./mixing/interpolate.ts";
import type { Target } from "./parameter-updates.ts";
import { type PartRows, partRows, partSizes, takeRows } from "./parts.ts";
import { type MaskSpec, nameOfStep } from "./step-inputs.ts";
import { requireValue } from "./step-state.ts";
import type { TrainingStepOptions } from "./training-step-options.ts";

/** A step of a graph of several. */
export interface StepContext {
  options: TrainingStepOptions;
  batchSize: number;
  index: number;
  values: Map<string, Value>;
  targets: readonly Target[];
}

/** What a step is computed from. */
interface Samples {
  readonly x: Value;
  /** [N] int64 */
  readonly labels: Value;
  /** Where samples are mixed, the labels of their partners and the shares of both. */
  readonly others: { readonly labels: Value; readonly share: Value; readonly rest: Value } | undefined;
}

/** What a step, or a part of it, is worth. */
interface Computed {
  readonly loss: Value;
  readonly correct: Value;
  /** Of the targets, in their order. */
  readonly grads: readonly Value[];
}

interface PartContext extends StepContext {
  rows: PartRows;
  /** Of the whole batch, what its losses are divided by; its own where there is one part. */
  total: Value | undefined;
  /** Of the whole batch, by name; filled as the network asks for them. */
  masks: Map<string, { spec: MaskSpec; value: Value }>;
  /** By name; filled with those that the part leaves. */
  statistics: Map<string, Value>;
}

/** Computes the parts of a batch one after the other; statistics that follow batches follow each part. */
export function computeParts(
  g: Operations,
  samples: Samples,
  context: StepContext,
): Computed & { masks: MaskSpec[]; statistics: [string, Value][] } {
  const { options, batchSize, values } = context;
  const sizes = partSizes(batchSize, options.partSize ?? batchSize);
  const total = sizes.length === 1 ? undefined : totalWeight(g, samples.labels, options.classWeights);
  const [statistics, masks]: [PartContext["statistics"], PartContext["masks"]] = [new Map(), new Map()];
  let computed: Computed | undefined;
  let start = 0;
  for (const size of sizes) {
    const rows = partRows(g, { start, size, batchSize, after: computed?.grads ?? [] });
    const now = new Map([...values, ...statistics]);
    const found = computePart(g, samples, { ...context, values: now, rows, total, masks, statistics });
    computed =
      computed === undefined
        ? found
        : {
            loss: g.add(computed.loss, found.loss),
            correct: g.add(computed.correct, found.correct),
            grads: computed.grads.map((grad, index) => g.add(grad, found.grads[index])),
          };
    start += size;
  }
  if (computed === undefined) throw new Error("internal: a batch without samples");
  return { ...computed, masks: Array.from(masks.values(), ({ spec }) => spec), statistics: [...statistics] };
}

function computePart(
  g: Operations,
  { x, labels, others }: Samples,
  { options, batchSize, index, values, targets, rows, total, masks, statistics }: PartContext,
): Computed {
  const logits = forward(g, {
    network: options.network,
    x: takeRows(g, x, rows),
    options: {
      trains: (layer) => options.trains(layer) || options.adapts?.(layer) === true,
      keepsStatistics: options.keepsStatistics,
      parameter: (name) => requireValue(values, name),
      mask: (name, [, ...rest], keep) => {
        const spec = { name, shape: [batchSize, ...rest], keep };
        const mask = masks.get(name) ?? {
          spec,
          value: g.input(nameOfStep(`mask/${name}`, index), "float32", spec.shape),
        };
        masks.set(name, mask);
        return takeRows(g, mask.value, rows);
      },
      update: (name, value) => void statistics.set(name, value),
    },
  });
  const mixed = others && { ...others, labels: takeRows(g, others.labels, rows) };
  const { loss, correct } = measure(g, logits, { options, labels: takeRows(g, labels, rows), others: mixed, total });
  const grads = gradient(
    g,
    loss,
    targets.map(({ spec }) => requireValue(values, spec.name)),
    { recomputes: options.recomputes === true },
  );
  return { loss, correct, grads };
}

/** Loss and count of correct answers; of a mixed batch each of both labels', by their shares. */
function measure(
  g: Operations,
  logits: Value,
  {
    options: { labelSmoothing: smoothing = 0, classWeights, focalGamma },
    labels,
    others,
    total,
  }: Omit<Samples, "x"> & { options: TrainingStepOptions; total: Value | undefined },
): { loss: Value; correct: Value } {
  const against = (wanted: Value): { loss: Value; correct: Value } => ({
    loss: meanCrossEntropy(g, logits, { labels: wanted, smoothing, classWeights, focalGamma, total }),
    correct: countCorrect(g, logits, wanted),
  });
  const own = against(labels);
  if (others === undefined) return own;
  const other = against(others.labels);
  return {
    loss: interpolate(g, { x: own.loss, other: other.loss }, others),
    correct: interpolate(g, { x: own.correct, other: other.correct }, others),
  };
}
