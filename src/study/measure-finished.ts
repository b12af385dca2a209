/** @file What a finished model is measured by: every test image, what it forgot of the source, how far its weights moved. */

import { type Tensor, sizeOf } from "../core/index.ts";
import type { Network, Parameters } from "../engine/nn/index.ts";
import { type NetworkInput, createInferenceSession, evaluate } from "../engine/training/index.ts";
import { evaluationImages } from "./batch-sources.ts";
import { evaluationRecord } from "./evaluation-record.ts";
import type { RunRecord } from "./records.ts";
import { taskOf } from "./tasks.ts";
import type { TrainRunOptions } from "./run-options.ts";

type Measured = Required<Pick<RunRecord, "evaluation">> & Pick<RunRecord, "sourceAccuracy" | "weightChange">;

/** Measures the weights that a run keeps; the test set chooses nothing here, the run is over. */
export async function measureFinished(
  options: TrainRunOptions,
  { before, after }: { before: Parameters; after: Parameters },
): Promise<Measured> {
  const { run, whole, tasks, imageShape, detailed } = options;
  const input: NetworkInput = { kind: "images", normalization: tasks.normalization };
  const { test } = taskOf(tasks, run);
  const probabilities = await testProbabilities(options, { network: whole.network, parameters: after, input });
  const evaluation = evaluationRecord({ subset: test, probabilities, imageShape, detailed });
  const sourceAccuracy = await accuracyOnSource(options, { after, input });
  const weightChange = weightChanges(whole, { before, after });
  return {
    evaluation,
    ...(sourceAccuracy === null ? {} : { sourceAccuracy }),
    ...(weightChange.length === 0 ? {} : { weightChange }),
  };
}

async function testProbabilities(
  { run, tasks, imageShape, session: sessionOptions }: TrainRunOptions,
  model: { network: Network; parameters: Parameters; input: NetworkInput },
): Promise<Float64Array> {
  const session = await createInferenceSession(model, sessionOptions);
  try {
    const rows: number[] = [];
    for (const { input } of evaluationImages(taskOf(tasks, run).test, imageShape)) {
      // oxlint-disable-next-line no-await-in-loop -- one batch at a time
      const { output } = await session.run({ input });
      const classes = output.shape[1];
      for (let start = 0; start < output.data.length; start += classes) {
        rows.push(...softmax(Array.from(output.data.slice(start, start + classes), Number)));
      }
    }
    return Float64Array.from(rows);
  } finally {
    await session.close();
  }
}

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** Null where the backbone is not the source's with other weights: nothing to forget, or layers of its own. */
async function accuracyOnSource(
  { run, whole, transferred, sourceNetwork, tasks, imageShape, session }: TrainRunOptions,
  { after, input }: { after: Parameters; input: NetworkInput },
): Promise<number | null> {
  if (run.choice?.strategy.startsFrom !== "source" || transferred === null || sourceNetwork === null) return null;
  const backbone = whole.plan.slice(0, -1);
  const changed = backbone.some(({ trains }) => trains) && backbone.every(({ starts }) => starts === "transferred");
  if (!changed) return null;
  const head = `${whole.plan[whole.plan.length - 1].layer}.`;
  const own = Object.entries(transferred).filter(([name]) => name.startsWith(head));
  const model = { network: sourceNetwork, parameters: { ...after, ...Object.fromEntries(own) }, input };
  return (await evaluate(model, evaluationImages(tasks.source.test, imageShape), session)).accuracy;
}

/** Of the layers that started from transferred weights, in the network's order. */
function weightChanges(
  { plan }: TrainRunOptions["whole"],
  { before, after }: { before: Parameters; after: Parameters },
): NonNullable<RunRecord["weightChange"]> {
  return plan.flatMap(({ layer, starts }) => {
    if (starts !== "transferred") return [];
    const names = Object.keys(before).filter((name) => name.startsWith(`${layer}.`) && sizeOf(before[name].shape) > 0);
    const [moved, size] = names.reduce(
      ([movedSum, sizeSum], name) => [
        movedSum + squaredDistance(before[name], after[name]),
        sizeSum + squaredDistance(before[name], null),
      ],
      [0, 0],
    );
    return [{ layer, relative: size > 0 ? Math.sqrt(moved / size) : 0 }];
  });
}

function squaredDistance(a: Tensor<"float32">, b: Tensor<"float32"> | null): number {
  let sum = 0;
  for (let index = 0; index < a.data.length; index++) sum += (a.data[index] - (b?.data[index] ?? 0)) ** 2;
  return sum;
}
