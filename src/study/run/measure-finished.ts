/** @file What a finished model is measured by: every test image, what it forgot of the source, how far its weights moved. */

import { type Tensor, sizeOf } from "../../core/index.ts";
import type { Parameters } from "../../engine/nn/index.ts";
import { type NetworkInput, createInferenceSession, evaluate } from "../../engine/training/index.ts";
import { evaluationImages } from "../material/batch-sources.ts";
import { joined } from "../material/joined.ts";
import { taskOf } from "../material/tasks.ts";
import type { RunRecord } from "../records/records.ts";
import { evaluationRecord } from "./evaluation-record.ts";
import type { TrainRunOptions } from "./options.ts";
import { softmaxRows } from "./softmax-rows.ts";
import { fedPart } from "./trained-part.ts";

type Measured = Required<Pick<RunRecord, "evaluation">> & Pick<RunRecord, "sourceAccuracy" | "weightChange">;

/** Measures the weights that a run keeps; the test set chooses nothing here, the run is over. */
export async function measureFinished(
  options: TrainRunOptions,
  { before, after }: { before: Parameters; after: Parameters },
): Promise<Measured> {
  const { run, whole, tasks, imageShape, detailed } = options;
  const { test } = taskOf(tasks, run);
  const probabilities = await testProbabilities(options, after);
  const evaluation = evaluationRecord({ subset: test, probabilities, imageShape, detailed });
  const sourceAccuracy = await accuracyOnSource(options, after);
  const weightChange = weightChanges(whole, { before, after });
  return {
    evaluation,
    ...(sourceAccuracy === null ? {} : { sourceAccuracy }),
    ...(weightChange.length === 0 ? {} : { weightChange }),
  };
}

/** [images, classes], row by row; from the features of the last stage's frozen layers where it trained on them. */
async function testProbabilities(options: TrainRunOptions, after: Parameters): Promise<Float64Array> {
  const { run, whole, tasks, session: sessionOptions, listener } = options;
  const part = await fedPart(
    {
      ...options,
      stage: whole.stages[whole.stages.length - 1],
      start: after,
      task: taskOf(tasks, run),
      normalization: tasks.normalization,
      onFeatures: listener.onFeatures,
    },
    ["test"],
  );
  const session = await createInferenceSession({ ...part, parameters: after }, sessionOptions);
  try {
    const logits: Float32Array[] = [];
    for (const { input } of part.batchesOf("test")) {
      const { output } = await session.run({ input });
      logits.push(output.data as Float32Array);
    }
    return softmaxRows(joined(logits), taskOf(tasks, run).numClasses);
  } finally {
    await session.close();
  }
}

/** Null where the backbone is not the source's with other weights: nothing to forget, or layers of its own. */
async function accuracyOnSource(
  { run, whole, transferred, sourceNetwork, tasks, imageShape, session }: TrainRunOptions,
  after: Parameters,
): Promise<number | null> {
  if (run.choice?.strategy.startsFrom !== "source" || transferred === null || sourceNetwork === null) return null;
  if (tasks.source === null) return null;
  const backbone = whole.plan.slice(0, -1);
  const changed = backbone.some(({ trains }) => trains) && backbone.every(({ starts }) => starts === "transferred");
  if (!changed) return null;
  const head = `${whole.plan[whole.plan.length - 1].layer}.`;
  const own = Object.entries(transferred).filter(([name]) => name.startsWith(head));
  const input: NetworkInput = { kind: "images", normalization: tasks.normalization };
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
