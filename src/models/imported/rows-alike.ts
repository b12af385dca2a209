/** @file Runs a network on the same images in batches of several sizes: each has to come out as it does alone. */

import { type Tensor, float32, sizeOf, stream } from "../../core/index.ts";
import type { Network, Parameters } from "../../engine/nn/index.ts";
import { createInferenceSession } from "../../engine/training/index.ts";

/** What an image computed alone and in a batch may differ by, as a share of the largest number. */
const TOLERANCE = 1e-3;

/**
 * True if two images make the same numbers alone and in batches of the given sizes; `check` sees what they make alone.
 *
 * @throws TrainingError if the network does not take so many images.
 */
export async function treatsImagesAlike(
  { network, parameters }: { network: Network; parameters: Parameters },
  { batches, check }: { batches: readonly number[]; check?: (alone: readonly Tensor[]) => void },
): Promise<boolean> {
  const session = await createInferenceSession({ network, parameters, input: { kind: "features" } });
  const size = sizeOf(network.inputShape);
  const random = stream(0, "images");
  const pixels = Float32Array.from({ length: Math.max(2, ...batches) * size }, () => random.uniform());
  const run = async (start: number, count: number): Promise<Tensor> => {
    const images = float32(pixels.slice(start * size, (start + count) * size), [count, ...network.inputShape]);
    return (await session.run({ input: images })).output;
  };
  try {
    const alone = [await run(0, 1), await run(1, 1)];
    check?.(alone);
    let alike = true;
    for (const count of batches) alike &&= sameRows(alone, await run(0, count), count);
    return alike;
  } finally {
    await session.close();
  }
}

/** True if the first rows of a batch are what their images gave alone. */
function sameRows(alone: readonly Tensor[], { data }: Tensor, count: number): boolean {
  const expected = alone.flatMap((one) => Array.from(one.data, Number));
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    data.length * alone.length === expected.length * count &&
    expected.every((value, index) => Math.abs(value - Number(data[index])) <= TOLERANCE * largest)
  );
}
