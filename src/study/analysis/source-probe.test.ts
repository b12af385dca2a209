import { describe, expect, test } from "vitest";
import { type ImageShape, createShapes10, splitByClass } from "../../data/index.ts";
import { initializeParameters, sliceNetwork } from "../../engine/nn/index.ts";
import { createInferenceSession } from "../../engine/training/index.ts";
import { classicCnn, mlp } from "../../models/index.ts";
import { evaluationImages } from "../material/batch-sources.ts";
import { averageGrid } from "./average-grid.ts";
import { probeSource } from "./source-probe.ts";

const imageShape: ImageShape = [3, 32, 32];
const dataset = createShapes10({ trainImagesPerClass: 3, testImagesPerClass: 1 });
const subset = splitByClass({ target: ["disc", "heart"] }, dataset).target.train;
const normalization = { mean: [100, 110, 120], std: [50, 60, 70] };
const session = { threads: 1, device: "cpu" } as const;
const count = subset.indices.length;

/** What the first `layers` layers give for all images. */
async function outputOf(network: ReturnType<typeof classicCnn>, layers: number): Promise<Float32Array> {
  const parameters = initializeParameters(network, 0);
  const input = { kind: "images", normalization } as const;
  const model = { network: sliceNetwork(network, 0, layers), parameters, input };
  const opened = await createInferenceSession(model, session);
  const [batch] = evaluationImages(subset, imageShape);
  const { output } = await opened.run({ input: batch.input });
  await opened.close();
  return Float32Array.from(output.data as Float32Array);
}

describe("probeSource", () => {
  const network = classicCnn({ inputShape: imageShape, numClasses: 8 });
  const options = { network, parameters: initializeParameters(network, 0), normalization, subset, imageShape, session };
  const indexOf = (name: string): number => network.layers.findIndex((layer) => layer.name === name);

  test("gives the network's probabilities", async () => {
    const { probabilities } = await probeSource({ ...options, layers: ["conv3", "dense2"] });
    const logits = await outputOf(network, network.layers.length);
    const powers = [...logits].map(Math.exp);
    const expected = powers.map((power, index) => {
      const row = Math.floor(index / 8);
      return power / powers.slice(8 * row, 8 * row + 8).reduce((sum, each) => sum + each, 0);
    });
    expect(probabilities).toHaveLength(8 * count);
    expected.forEach((value, index) => expect(probabilities[index]).toBeCloseTo(value, 6));
  });

  test("gives the features below each layer, in the network's order; images of them averaged, flattened ones too", async () => {
    const { features } = await probeSource({ ...options, layers: ["dense2", "conv3", "dense1"] });
    expect([...features].map(([layer, { width }]) => [layer, width])).toEqual([
      ["conv3", 256],
      ["dense1", 256],
      ["dense2", 128],
    ]);
    const images = await outputOf(network, indexOf("conv3"));
    const averaged = averageGrid(images, { count, imageShape: [64, 16, 16], grid: 2 });
    expect(distance(features.get("conv3")?.values, averaged)).toBeLessThan(1e-4);
    const flat = await outputOf(network, indexOf("dense1"));
    expect(flat).toHaveLength(count * 64 * 8 * 8);
    const averagedFlat = averageGrid(flat, { count, imageShape: [64, 8, 8], grid: 2 });
    expect(distance(features.get("dense1")?.values, averagedFlat)).toBeLessThan(1e-4);
    const dense = await outputOf(network, indexOf("dense2"));
    expect(distance(features.get("dense2")?.values, dense)).toBeLessThan(1e-4);
  });

  test("keeps features that are no images as they are, however many", async () => {
    const flat = mlp({ inputShape: imageShape, numClasses: 4 });
    const parameters = initializeParameters(flat, 0);
    const { features } = await probeSource({ ...options, network: flat, parameters, layers: ["dense2"] });
    expect(features.get("dense2")?.width).toBe(512);
  });
});

/** The largest difference; infinite where the lengths differ. */
function distance(actual: Float32Array | undefined, expected: Float32Array): number {
  if (actual?.length !== expected.length) return Infinity;
  return expected.reduce((most, value, index) => Math.max(most, Math.abs(value - actual[index])), 0);
}
