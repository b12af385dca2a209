/** @file A source network that was trained elsewhere. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/index.ts";
import { initializeParameters } from "../../src/engine/nn/index.ts";
import { decodeSafetensors } from "../../src/engine/training/index.ts";
import { classicCnn } from "../../src/models/index.ts";
import { type Backbone, type StudyInput, resolveStudy, resumeStudy, runStudy } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { newFolder, smallStudy } from "./study-folder.ts";

const network = classicCnn({ inputShape: [3, 8, 8], numClasses: 7 });
const backbone: Backbone = {
  name: "mine.onnx",
  title: "mine",
  network,
  hasHead: true,
  parameters: initializeParameters(network, 3),
  normalization: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  untrainable: null,
  trainsFrom: 0,
  checksum: "abc",
  provenance: "read from mine.onnx",
};
const dataset = smallDataset();

function start(fields: StudyInput, data: { backbone: Backbone } = { backbone }) {
  const config = resolveStudy(smallStudy({ target: "photos", source: "mine.onnx", ...fields }));
  const directory = newFolder();
  const options = { config, dataset, ...data, directory, threads: 1, device: "cpu", command: "graft run" } as const;
  return { directory, done: runStudy(options) };
}

describe("a study whose source was trained elsewhere", () => {
  test("trains no source, and every strategy on the target", async () => {
    const strategies = ["scratch", "last-layer", "full", "probe-then-full", "first-block"];
    const { directory, done } = start({ strategies, seeds: 2, imagesPerClass: [4, 8] });
    const { summary } = await done;
    expect(new Set(summary.runs.map(({ status }) => status))).toEqual(new Set(["done"]));
    expect(summary.runs).toHaveLength(2 * 2 * 5);
    expect(summary.runs.every(({ task }) => task === "target")).toBe(true);
    expect(summary.source).toBeNull();
    expect(summary.backbone).toMatchObject({ title: "mine", checksum: "abc", untrainable: null });
    expect(new Set(summary.transferability.map(({ score }) => score))).toEqual(
      new Set(["leep", "nce", "logme", "h-score"]),
    );
    expect(new Set(summary.featureMaps.flatMap(({ points }) => points.map(({ task }) => task)))).toEqual(
      new Set(["target"]),
    );
    const path = join(directory, "runs", "M2-last-layer-n8-seed1", "checkpoint.safetensors");
    const frozen = decodeSafetensors(readFileSync(path), path).tensors;
    expect(frozen["conv1.weight"].data).toEqual(backbone.parameters["conv1.weight"].data);
    expect(frozen["dense2.weight"].shape).toEqual([10, 128]);
    const again = await resumeStudy({ directory, openData: async () => ({ dataset, backbone }) });
    expect(again.summary.finishedAt).toBe(summary.finishedAt);
    const other = { ...backbone, checksum: "def" };
    await expect(resumeStudy({ directory, openData: async () => ({ dataset, backbone: other }) })).rejects.toThrow(
      new ConfigError(
        "mine.onnx: expected the network that the study began with (checksum abc…), got others (def…). Put the same file back, or resume with --source where it is now.",
      ),
    );
  });

  test("shares features among seeds where they see the same images", async () => {
    const { done } = start({ strategies: ["last-layer"], seeds: 2 });
    const [first, second] = (await done).summary.runs;
    expect(first.featureDurationMs).toBeGreaterThan(1);
    expect(second.featureDurationMs).toBeLessThan(1);
  });

  test("is told how the network wants its pixels where the file does not say", async () => {
    const silent = { backbone: { ...backbone, normalization: null } };
    await expect(start({ strategies: ["last-layer"] }, silent).done).rejects.toThrow(
      new ConfigError(
        "normalization: expected to be told how mine.onnx wants its pixels, since its file does not say, got nothing. " +
          "Set normalization to imagenet (as torchvision and most of timm), symmetric (x / 127.5 - 1, as Keras's MobileNet and Inception), " +
          "unit (x / 255), none (x from 0 to 255), or mean and std.",
      ),
    );
    const { summary } = await start({ strategies: ["last-layer"], normalization: "symmetric" }, silent).done;
    expect(summary.runs[0].status).toBe("done");
  });

  test("has no answers to be scored where the file ends in features", async () => {
    const { summary } = await start({ strategies: ["last-layer"] }, { backbone: { ...backbone, hasHead: false } }).done;
    expect(new Set(summary.transferability.map(({ score }) => score))).toEqual(new Set(["logme", "h-score"]));
  });

  test("leaves the layers of a network that can only be run", async () => {
    const untrainable = "mine.onnx: Einsum has no gradient.";
    const frozenOnly = { backbone: { ...backbone, untrainable, trainsFrom: backbone.network.layers.length - 1 } };
    await expect(start({ strategies: ["last-layer", "full"] }, frozenOnly).done).rejects.toThrow(
      new ConfigError(
        `strategies: expected strategies that train a new head alone, got "full". ${untrainable} Use nearest-mean, k-nearest, linear-probe or last-layer.`,
      ),
    );
    const { summary } = await start({ strategies: ["last-layer", "linear-probe"] }, frozenOnly).done;
    expect(summary.runs.map(({ status }) => status)).toEqual(["done", "done"]);
  });
});
