/** @file Maps of where a model looked are those that PyTorch's gradients give, in grad_cam.json by make_grad_cam.py. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { initializeParameters } from "../../src/engine/nn/index.ts";
import { type InferenceOptions, exportModel } from "../../src/engine/training/index.ts";
import { type ImportedBackbone, importLayers } from "../../src/models/index.ts";
import { type HeatMaps, openHeatMaps } from "../../src/transfer/index.ts";
import { goldenModel } from "../support/onnx-files.ts";
import { hash32 } from "./hash-data.ts";
import { decodeFloat32 } from "./trajectories.ts";

const golden = JSON.parse(readFileSync(new URL("grad_cam.json", import.meta.url), "utf8")) as {
  data: { seed: number; count: number; imageShape: [number, number, number]; numClasses: number };
  /** Little-endian float32 in base64, [images, classes, height, width]. */
  networks: Record<string, { grid: [number, number]; maps: string }>;
};
const { seed, count, numClasses, imageShape } = golden.data;
const size = imageShape.reduce((product, length) => product * length, 1);
const images = Array.from({ length: count }, (_, image) =>
  Uint8Array.from({ length: size }, (_unused, at) => hash32(seed, image * size + at) % 256),
);

function imported(name: string): ImportedBackbone {
  const path = goldenModel(name);
  return importLayers(readFileSync(path), { path });
}

function exported({ network, parameters }: Pick<InferenceOptions, "network" | "parameters">): Uint8Array {
  const half = [0.5, 0.5, 0.5];
  return exportModel({ network, parameters, input: { kind: "images", normalization: { mean: half, std: half } } });
}

/** [images, classes, height, width], and what makes them. */
async function mapsOf(model: Uint8Array): Promise<Pick<HeatMaps, "method"> & { maps: number[]; grid: number[] }> {
  const heatMaps = await openHeatMaps(model, { threads: 1 });
  try {
    const [maps, grid]: [number[], number[]] = [[], []];
    for (const image of images) {
      for (let label = 0; label < numClasses; label++) {
        const { height, width, values } = await heatMaps.mapOf(image, label);
        grid.splice(0, 2, height, width);
        maps.push(...values);
      }
    }
    return { method: heatMaps.method, maps, grid };
  } finally {
    await heatMaps.close();
  }
}

/** Of the largest element of the golden maps. */
function distance(maps: readonly number[], wanted: ArrayLike<number>): number {
  expect(maps).toHaveLength(wanted.length);
  const apart = maps.map((value, at) => Math.abs(value - wanted[at]));
  return Math.max(...apart) / Math.max(...Array.from(wanted));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [left, right] = [centred(a), centred(b)];
  const product = left.reduce((sum, value, at) => sum + value * right[at], 0);
  return product / Math.hypot(...left) / Math.hypot(...right);
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

test.each([
  ["torch-resnet", "grad-cam"],
  ["torch-mobilenet", "grad-cam"],
  ["torch-opset9", "grad-cam"],
  ["torch-vit", "attention-rollout"],
  ["torch-vit-mean", "attention-rollout"],
])("%s: maps by %s are PyTorch's within 1e-4 of the largest", async (name, method) => {
  const wanted = golden.networks[name];
  const found = await mapsOf(exported(imported(name)));
  expect({ method: found.method, grid: found.grid }).toEqual({ method, grid: wanted.grid });
  expect(distance(found.maps, decodeFloat32(wanted.maps))).toBeLessThan(1e-4);
});

test.each(Object.keys(golden.networks))("%s with random weights looks elsewhere", async (name) => {
  const { network } = imported(name);
  const { maps } = await mapsOf(exported({ network, parameters: initializeParameters(network, 5) }));
  expect(Math.max(...maps)).toBeGreaterThan(0);
  expect(correlation(maps, Array.from(decodeFloat32(golden.networks[name].maps)))).toBeLessThan(0.8);
});
