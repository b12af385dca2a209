/** @file A source network with operators that Graft does not know. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/index.ts";
import { createModelSession } from "../../src/engine/runtime/index.ts";
import { importBackbone } from "../../src/models/index.ts";
import {
  type Backbone,
  type StudyInput,
  openStudyData,
  resolveStudy,
  runStudy,
  trainableStudy,
} from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { newFolder, smallStudy } from "./study-folder.ts";

const path = fileURLToPath(new URL("../golden/opaque/vit.onnx", import.meta.url));
const bytes = readFileSync(path);
const dataset = smallDataset();

async function vit(): Promise<Backbone> {
  const { network, parameters, untrainable, trainsFrom } = await importBackbone(bytes, { path: "vit.onnx" });
  return {
    name: "vit.onnx",
    title: "vit",
    network,
    hasHead: true,
    parameters,
    normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    untrainable,
    trainsFrom,
    checksum: "abc",
    provenance: "read from vit.onnx",
  };
}

async function study(fields: StudyInput) {
  const config = resolveStudy(smallStudy({ target: "photos", source: "vit.onnx", ...fields }));
  const directory = newFolder();
  const options = { config, dataset, directory, threads: 1, device: "cpu", command: "graft run" } as const;
  return { directory, summary: (await runStudy({ ...options, backbone: await vit() })).summary };
}

describe("a study whose source Graft cannot look into", () => {
  test("trains new heads on it and exports them with it", async () => {
    const { directory, summary } = await study({ strategies: ["last-layer", "linear-probe"], imagesPerClass: [4, 8] });
    expect(summary.runs.map(({ status }) => status)).toEqual(["done", "done", "done", "done"]);
    expect(summary.backbone?.untrainable).toContain('Shrink node "shrink_shrunk"');
    for (const { id } of summary.runs) {
      const session = await createModelSession(readFileSync(join(directory, "runs", id, "model.onnx")), { threads: 1 });
      const data = Uint8Array.from({ length: 2 * 3 * 8 * 8 }, (_, index) => (37 * index) % 256);
      const { probabilities } = await session.run({ images: { dtype: "uint8", shape: [2, 3, 8, 8], data } });
      await session.close();
      expect(probabilities.shape).toEqual([2, 10]);
      expect(Array.from(probabilities.data.slice(0, 10), Number).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
  });

  test("runs it in every training step where images are augmented", async () => {
    const { summary } = await study({
      strategies: ["last-layer"],
      training: { augmentation: { flip: true, views: 0 } },
    });
    expect(summary.runs.map(({ status }) => status)).toEqual(["done"]);
    expect(summary.runs[0].featureDurationMs).toBe(0);
  });

  test("refuses to train its layers", async () => {
    const { untrainable } = await vit();
    await expect(study({ strategies: ["last-layer", "full"] })).rejects.toThrow(
      new ConfigError(
        `strategies: expected strategies that train a new head alone, got "full". ${untrainable} Use nearest-mean, k-nearest, linear-probe or last-layer.`,
      ),
    );
  });

  test("leaves out what the preset would train of it, and says so", async () => {
    const backbone = await vit();
    const config = resolveStudy({ preset: "photos", target: "photos", source: "vit.onnx" });
    const { config: left, notice } = trainableStudy(config, { backbone });
    expect(left.strategies).toEqual(["nearest-mean", "k-nearest", "linear-probe", "last-layer"]);
    expect(notice).toBe(`${backbone.untrainable} Left out: last-two-layers, probe-then-full, full, scratch.`);
  });

  test("leaves out nothing that the user asked for", async () => {
    const config = resolveStudy({ preset: "photos", target: "photos", source: "vit.onnx", strategies: ["full"] });
    expect(trainableStudy(config, { backbone: await vit() })).toEqual({ config, notice: null });
  });

  test("opens it by its path", async () => {
    const config = resolveStudy(smallStudy({ target: "cifar10", source: path, strategies: ["last-layer"] }));
    const { backbone } = await openStudyData(config, {
      named: async () => dataset,
      model: async () => ({ bytes, path, entry: null, beside: null }),
    });
    expect(backbone?.network.layers.map(({ name }) => name)).toEqual(["backbone", "head"]);
  });
});
