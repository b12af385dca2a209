/** @file What a model of a run's last stage says of images that it did not train on. */

import type { Parameters } from "../../../engine/nn/index.ts";
import { createInferenceSession } from "../../../engine/training/index.ts";
import { concatenate } from "../../material/concatenate.ts";
import type { StageOptions } from "../stage.ts";
import { type HeldOutSet, feedTail } from "../tail.ts";

/** [images, classes], row by row; from the features of the last stage's frozen layers where it trained on them. */
export async function heldOutLogits(
  options: StageOptions,
  { parameters, set }: { parameters: Parameters; set: HeldOutSet },
): Promise<Float32Array> {
  const { stages } = options.whole;
  const tail = await feedTail({ ...options, stage: stages[stages.length - 1], start: parameters }, [set]);
  const session = await createInferenceSession({ ...tail, parameters }, options.session);
  try {
    const logits: Float32Array[] = [];
    for (const { input } of tail.batchesOf(set)) {
      const { output } = await session.run({ input });
      logits.push(output.data as Float32Array);
    }
    return concatenate(logits);
  } finally {
    await session.close();
  }
}
