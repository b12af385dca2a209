/**
 * @file Images of 224x224 pixels through a pretrained network: the features that Graft keeps of frozen layers, or the
 * same file in plain onnxruntime; prints images a second as a line of JSON.
 *
 * The network is the file that GRAFT_BENCH_MODEL names, or an untrained MobileNetV2 of Graft's own, written as a file.
 */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { allocateImages } from "../../src/data/index.ts";
import { initializeParameters } from "../../src/engine/nn/index.ts";
import { readModelHeader } from "../../src/engine/onnx/index.ts";
import { createModelSession, parseDevice } from "../../src/engine/runtime/node/index.ts";
import { exportModel } from "../../src/engine/training/index.ts";
import { importBackbone, mobileNetV2 } from "../../src/models/index.ts";
import { createFeatureCache, featureFile } from "../../src/transfer/node/index.ts";

const IMAGES = 256;
/** As many as features are computed of at once. */
const BATCH = 128;
const SIDE = 224;

const { values } = parseArgs({
  options: {
    plain: { type: "boolean", default: false },
    threads: { type: "string", default: "2" },
    device: { type: "string", default: "cpu" },
    folder: { type: "string" },
  },
});
const session = { threads: Number(values.threads), device: await parseDevice(values.device) };
const model = modelFile();
const measure = values.plain ? await plain() : await features();
await measure();
const started = performance.now();
await measure();
console.log(JSON.stringify({ value: (1000 * IMAGES) / (performance.now() - started) }));

function modelFile(): Uint8Array {
  const path = process.env["GRAFT_BENCH_MODEL"];
  if (path !== undefined) return readFileSync(path);
  const network = mobileNetV2({ inputShape: [3, SIDE, SIDE], numClasses: 1000 });
  return exportModel({ network, parameters: initializeParameters(network, 0), input: { kind: "features" } });
}

async function plain(): Promise<() => Promise<void>> {
  const { network } = await importBackbone(model, { path: "model.onnx" });
  const shape = [BATCH, ...network.inputShape];
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, index) => Math.sin(index));
  const [{ name: input }] = readModelHeader(model).inputs;
  const plainSession = await createModelSession(model, session);
  return async () => {
    for (let done = 0; done < IMAGES; done += BATCH) {
      await plainSession.run({ [input]: { dtype: "float32", shape, data } });
    }
  };
}

async function features(): Promise<() => Promise<void>> {
  const { network, parameters } = await importBackbone(model, { path: "model.onnx" });
  const imageShape = [3, SIDE, SIDE] as const;
  const part = allocateImages(IMAGES, imageShape);
  part.pixels.forEach((_, index) => (part.pixels[index] = index % 251));
  const subset = {
    part,
    indices: Uint32Array.from({ length: IMAGES }, (_, index) => index),
    labels: part.labels,
    classNames: ["all"],
  };
  const cache = createFeatureCache({ session, memoryLimitBytes: 2 ** 30, spill: featureFile, plannedBoundaries: [] });
  let pass = 0;
  return async () => {
    await cache.features({
      weightsId: `pass ${pass++}`,
      subsetId: "all",
      network,
      parameters,
      boundary: network.layers.length - 1,
      subset,
      imageShape,
      input: { kind: "images", normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } },
    });
  };
}
