/** @file Low-rank adapters in a study: what trains, what stays, what is left, and that it goes on bit for bit. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bitIdentical } from "../../src/core/index.ts";
import { type Parameters, networkParameters, sliceNetwork, withAdapters } from "../../src/engine/nn/index.ts";
import { createModelSession } from "../../src/engine/runtime/index.ts";
import { createInferenceSession, decodeSafetensors } from "../../src/engine/training/index.ts";
import { architectures, importBackbone, withHead } from "../../src/models/index.ts";
import {
  type Backbone,
  type RunRecord,
  type StudyInput,
  type StudyListener,
  type StudyOutcome,
  resolveStudy,
  resumeStudy,
  runStudy,
  trainableStudy,
} from "../../src/study/index.ts";
import { goldenModel } from "../support/onnx-files.ts";
import { smallDataset } from "./small-dataset.ts";
import { newFolder, resultsOf, run, smallStudy } from "./study-folder.ts";

const RANK = 4;
const RUN = "M2-lora-seed0";
const dataset = smallDataset({ stride: 2 });
const normalization = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
const STUDY: StudyInput = smallStudy({
  target: "photos",
  source: "vit.onnx",
  strategies: ["last-layer", { name: "lora", rank: RANK }],
  imagesPerClass: 8,
  training: { epochs: 2, batchSize: 16, learningRate: 0.01, optimizer: { name: "adamw" } },
});
const adapted = ["blocks.0.attn.qkv.weight", "blocks.1.attn.qkv.weight"];

const path = goldenModel("torch-vit");
const { network: source, parameters, untrainable, trainsFrom } = await importBackbone(readFileSync(path), { path });
const backbone: Backbone = {
  name: "vit.onnx",
  title: "vit",
  network: source,
  hasHead: true,
  parameters,
  normalization,
  untrainable,
  trainsFrom,
  checksum: "abc",
  provenance: "read from vit.onnx",
};
const network = withHead(source, 10);

interface Watched {
  listener?: StudyListener;
  signal?: AbortSignal;
}

function study(
  directory: string,
  { fields = {}, ...watched }: Watched & { fields?: StudyInput } = {},
): Promise<StudyOutcome> {
  const config = resolveStudy({ ...STUDY, ...fields });
  const options = { config, dataset, backbone, directory, threads: 1, device: "cpu", command: "graft run" } as const;
  return runStudy({ ...options, ...watched });
}

function tensorsOf(directory: string): Parameters {
  const file = join(directory, "runs", RUN, "checkpoint.safetensors");
  return decodeSafetensors(readFileSync(file), file).tensors as Parameters;
}

/** Stops after a batch of the run. */
function stopAfter(epoch: number, batch: number): Required<Watched> {
  const controller = new AbortController();
  const listener: StudyListener = (event) => {
    if (event.type === "batch" && event.run.id === RUN && event.epoch === epoch && event.batch === batch)
      controller.abort();
  };
  return { listener, signal: controller.signal };
}

describe("lora on a transformer from a file", () => {
  let lora: RunRecord;
  let directory: string;
  let results: Record<string, unknown>;

  beforeAll(async () => {
    directory = join(mkdtempSync(join(tmpdir(), "graft-lora-")), "study");
    const { summary } = await study(directory);
    const found = summary.runs.find(({ id }) => id === RUN);
    if (found === undefined) throw new Error(`no ${RUN}`);
    lora = found;
    results = resultsOf(directory, [RUN]);
  });

  afterAll(() => rmSync(join(directory, ".."), { recursive: true, force: true }));

  test("trains adapters beside attention's products and the head, and counts them", () => {
    expect(lora).toMatchObject({ status: "done", label: "low-rank adapters" });
    // two blocks of 8 -> 24, and a head of 8 -> 10
    expect(lora.trainableParameters).toBe(2 * RANK * (8 + 24) + 8 * 10 + 10);
    expect(lora.totalParameters).toBe(
      networkParameters(network).reduce(
        (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
        0,
      ),
    );
    expect(lora.flops.backward).toBeGreaterThan(0);
  });

  test("is proven: every weight below the head stayed, what is left is weight plus adapter", () => {
    const { holds, frozen, trainable, merged = [] } = lora.freezeProof ?? { holds: false, frozen: [], trainable: [] };
    expect(holds).toBe(true);
    expect(frozen).toHaveLength(networkParameters(network).length - 2);
    expect(frozen.filter(({ changed }) => changed)).toEqual([]);
    expect(trainable.map(({ name }) => name).sort()).toEqual(
      [
        ...adapted.flatMap((name) => ["lora_A", "lora_B"].map((half) => name.replace("weight", half))),
        "head.bias",
        "head.weight",
      ].sort(),
    );
    expect(merged.map(({ name, changed, isSum }) => [name, changed, isSum])).toEqual(
      adapted.map((name) => [name, true, true]),
    );
  });

  test("leaves the network that it started from, in which these weights alone have changed", () => {
    const left = tensorsOf(directory);
    expect(Object.keys(left).sort()).toEqual(
      networkParameters(network)
        .map(({ name }) => name)
        .sort(),
    );
    const changed = Object.keys(left).filter(
      (name) => !name.startsWith("head.") && !bitIdentical(left[name], parameters[name]),
    );
    expect(changed).toEqual(adapted);
    const moved = lora.weightChange?.filter(({ relative }) => relative > 0).map(({ layer }) => layer);
    expect(moved).toEqual(["blocks.0", "blocks.1"]);
    const ofBlock = Object.keys(parameters).filter((name) => name.startsWith("blocks.0."));
    const length = (valuesOf: (name: string) => readonly number[]): number => Math.hypot(...ofBlock.flatMap(valuesOf));
    const all = length((name) => Array.from(parameters[name].data));
    const apart = length((name) => Array.from(left[name].data, (value, at) => value - parameters[name].data[at]));
    const { relative = 0 } = lora.weightChange?.find(({ layer }) => layer === "blocks.0") ?? {};
    expect(relative).toBeCloseTo(apart / all, 6);
  });

  test.each([
    { epoch: 1, batch: 2, where: "in the middle of an epoch" },
    { epoch: 2, batch: 30, where: "after its last step" },
  ])("goes on bit for bit where it was stopped $where, and exports what it had learned", async ({ epoch, batch }) => {
    const other = newFolder();
    const { interrupted } = await study(other, stopAfter(epoch, batch));
    expect(interrupted).toBe(true);
    const trained = tensorsOf(other);
    const openData = async () => ({ dataset, backbone });
    await resumeStudy({ directory: other, openData });
    expect(resultsOf(other, [RUN])).toEqual(results);
    if (epoch === 1) return;
    // unmerged, as the last step left it
    const wide = withAdapters(network, { weights: adapted, rank: RANK, alpha: 8 });
    const images = dataset.test.pixels.slice(0, 4 * 3 * 16 * 16) as Uint8Array<ArrayBuffer>;
    const input = { dtype: "uint8", shape: [4, 3, 16, 16], data: images } as const;
    const values = { ...parameters, ...trained };
    const session = await createInferenceSession(
      { network: wide, parameters: values, input: { kind: "images", normalization } },
      { threads: 1 },
    );
    const beside = softmax((await session.run({ input })).output.data as Float32Array);
    await session.close();
    const model = await createModelSession(readFileSync(join(other, "runs", RUN, "model.onnx")), { threads: 1 });
    const { probabilities } = await model.run({ images: input });
    await model.close();
    const apart = Array.from(probabilities.data as Float32Array, (value, at) => Math.abs(value - beside[at]));
    expect(Math.max(...apart)).toBeLessThan(1e-5);
    expect(Object.keys(trained)).toContain("blocks.0.attn.qkv.lora_A");
  });

  test("has adapters beside every product where that is asked for", async () => {
    const { summary } = await study(newFolder(), {
      fields: { strategies: [{ name: "lora", everyProduct: true }], training: { epochs: 1 } },
    });
    const [{ freezeProof }] = summary.runs;
    expect(freezeProof?.merged?.map(({ name }) => name)).toHaveLength(8);
  });
});

test("a network without products below its head is refused before anything is written", async () => {
  const resnet = run(smallStudy({ architecture: "resnet-20", strategies: ["lora"] }));
  await expect(resnet).rejects.toThrow(
    /^resnet-20: expected matrix products or 1x1 convolutions below the head, which alone would train, got none/,
  );
});

test("statistics of layers with adapters stay, unless those of frozen layers are to follow the batches", async () => {
  const strategies = [{ name: "lora", rank: 2 }];
  const fields = {
    architecture: "mobilenet-v2-x0.5",
    strategies,
    training: { epochs: 1 },
    sourceImagesPerClass: 2,
  } as const;
  const [kept, adapting] = [await run(smallStudy(fields)), await run(smallStudy({ ...fields, batchNorm: "adapt" }))];
  const proofOf = ({ summary }: StudyOutcome) => summary.runs.find(({ strategy }) => strategy === "lora")?.freezeProof;
  expect(proofOf(kept)).toMatchObject({ holds: true, adapting: [] });
  expect(proofOf(adapting)?.holds).toBe(true);
  expect(proofOf(adapting)?.adapting?.length).toBeGreaterThan(10);
});

test("a rate can be tuned for it, on a network of Graft's own", async () => {
  const training = { epochs: 2, batchSize: 8, learningRate: 0.001 };
  const tuning = { factors: [1, 3], epochs: 1 };
  const fields = smallStudy({ strategies: ["lora"], imagesPerClass: 26, tuning, training });
  const { summary } = await run(fields, { dataset: smallDataset({ trainImagesPerClass: 30 }) });
  expect(summary.tuning.map(({ strategy, trials }) => [strategy, trials.length])).toEqual([["lora", 2]]);
  const found = summary.runs.find(({ strategy }) => strategy === "lora");
  expect(found).toMatchObject({ status: "done", freezeProof: { holds: true, merged: [{ name: "dense1.weight" }] } });
});

describe("a preset's own strategies", () => {
  const photos = { preset: "photos", target: "photos", source: "vit.onnx" } as const;

  test("have lora in place of last-two-layers where the source attends, and say so", () => {
    const config = resolveStudy(photos);
    const { config: suited, notice } = trainableStudy(config, { backbone });
    expect(suited.strategies).toEqual(config.strategies.map((one) => (one === "last-two-layers" ? "lora" : one)));
    expect(notice).toBe("The source is a transformer: lora takes the place of last-two-layers.");
  });

  test("are without last-two-layers where that trains what full does, and say so", () => {
    const shallow: Backbone = { ...backbone, network: sliceNetwork(network, network.layers.length - 1) };
    const { config: suited, notice } = trainableStudy(resolveStudy(photos), { backbone: shallow });
    expect(suited.strategies).toContain("full");
    expect(suited.strategies).not.toContain("last-two-layers");
    expect(notice).toBe(
      "The source has no weights but in its last two layers. Left out, as it trains what full does: last-two-layers.",
    );
  });

  test("stay for other sources and presets, and where they were asked for", () => {
    const ofTwoClasses = { inputShape: [3, 32, 32], numClasses: 2 };
    const config = resolveStudy(photos);
    // the second has three layers
    for (const other of [architectures["classic-cnn"](ofTwoClasses), architectures.mlp(ofTwoClasses)])
      expect(trainableStudy(config, { backbone: { ...backbone, network: other } })).toEqual({ config, notice: null });
    const classic = resolveStudy({ ...photos, preset: "classic" });
    expect(classic.strategies).toContain("last-two-layers");
    expect(trainableStudy(classic, { backbone })).toEqual({ config: classic, notice: null });
    const asked = resolveStudy({ ...photos, strategies: ["last-two-layers"] });
    expect(trainableStudy(asked, { backbone })).toEqual({ config: asked, notice: null });
  });
});

function softmax(logits: Float32Array): number[] {
  return Array.from({ length: logits.length / 10 }, (_, row) => {
    const own = logits.slice(row * 10, row * 10 + 10);
    const powers = Array.from(own, (value) => Math.exp(value - Math.max(...own)));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  }).flat();
}
