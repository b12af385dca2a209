/** @file What a finished model is measured by: every test image, what it forgot of the source, how far its weights moved. */

import { type Tensor, sizeOf } from "../../core/index.ts";
import type { ImageSubset } from "../../data/index.ts";
import type { Network, Parameters } from "../../engine/nn/index.ts";
import { type NetworkInput, evaluate, exportModel } from "../../engine/training/index.ts";
import { evaluationImages } from "../material/batch-sources.ts";
import type { RunRecord } from "../records/records.ts";
import { evaluationRecord } from "./evaluation-record.ts";
import { heatMapRecord } from "./answers/heat-map-record.ts";
import { heldOutLogits } from "./answers/held-out-logits.ts";
import { softmaxRows } from "./answers/softmax-rows.ts";
import type { StageOptions } from "./stage.ts";

/** What a run is measured with besides what it was trained with. */
export interface MeasureOptions extends StageOptions {
  /** Weights of the run that it started from. */
  transferred: Parameters | null;
  /** What the seed's source was trained to do, where it was trained here. */
  source: { network: Network; test: ImageSubset } | null;
  /** True if the record is to keep curves and every answer. */
  detailed: boolean;
}

type Measured = Required<Pick<RunRecord, "evaluation">> & Pick<RunRecord, "sourceAccuracy" | "weightChange">;

/** Measures the weights that a run keeps; the test set chooses nothing here, the run is over. */
export async function measureFinished(
  options: MeasureOptions,
  { before, after }: { before: Parameters; after: Parameters },
): Promise<Measured> {
  const { whole, task, imageShape, normalization, detailed, session, listener } = options;
  const { test: subset } = task;
  const probabilities = softmaxRows(await heldOutLogits(options, { parameters: after, set: "test" }), task.numClasses);
  const evaluation = evaluationRecord({ subset, probabilities, detailed });
  if (detailed) {
    listener.onStage("mapping");
    const model = exportModel({ network: whole.network, parameters: after, input: { kind: "images", normalization } });
    evaluation.heatMaps = await heatMapRecord({
      model,
      subset,
      probabilities,
      imageShape,
      session,
      onProgress: (images, total) => listener.onProgress("mapping", images, total),
    });
  }
  const sourceAccuracy = await accuracyOnSource(options, after);
  const weightChange = weightChanges(whole, { before, after });
  return {
    evaluation,
    ...(sourceAccuracy === null ? {} : { sourceAccuracy }),
    ...(weightChange.length === 0 ? {} : { weightChange }),
  };
}

/** Null where the backbone is not the source's with other weights: nothing to forget, or layers of its own. */
async function accuracyOnSource(
  { run, whole, transferred, source, normalization, imageShape, session }: MeasureOptions,
  after: Parameters,
): Promise<number | null> {
  if (run.choice?.strategy.startsFrom !== "source" || transferred === null || source === null) return null;
  const backbone = whole.plan.slice(0, -1);
  const changed = backbone.some(({ trains }) => trains) && backbone.every(({ starts }) => starts === "transferred");
  if (!changed) return null;
  const head = `${whole.plan[whole.plan.length - 1].layer}.`;
  const own = Object.entries(transferred).filter(([name]) => name.startsWith(head));
  const input: NetworkInput = { kind: "images", normalization };
  const model = { network: source.network, parameters: { ...after, ...Object.fromEntries(own) }, input };
  return (await evaluate(model, evaluationImages(source.test, imageShape), session)).accuracy;
}

/** Of the layers that started from transferred weights, in the network's order. */
function weightChanges(
  { plan }: MeasureOptions["whole"],
  { before, after }: { before: Parameters; after: Parameters },
): NonNullable<RunRecord["weightChange"]> {
  return plan.flatMap(({ layer, starts }) => {
    if (starts !== "transferred") return [];
    // adapters are no weights that the run leaves
    const names = Object.keys(after).filter((name) => name.startsWith(`${layer}.`) && sizeOf(before[name].shape) > 0);
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
