/** @file A source network whose weights alone are in a file, from PyTorch or from a run of Graft's. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, DataError, type Tensor } from "../../src/core/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/engine/training/index.ts";
import { openPretrained } from "../../src/models/node/index.ts";
import { type StudyData, type StudyInput, openStudyData, resolveStudy, runStudy } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { newFolder, smallStudy } from "./study-folder.ts";

const dataset = smallDataset();
const options = { dataset, threads: 1, device: "cpu", command: "graft run" } as const;
const folder = mkdtempSync(join(tmpdir(), "graft-weights-"));
let trained: { path: string; tensors: Record<string, Tensor>; metadata: Record<string, string> };

/** Weights of a run of Graft's own. */
beforeAll(async () => {
  const directory = join(folder, "study");
  await runStudy({ ...options, directory, config: resolveStudy(smallStudy({ strategies: ["scratch"] })) });
  const path = join(directory, "runs", "M1-source-seed0", "checkpoint.safetensors");
  trained = { path, ...decodeSafetensors(readFileSync(path), path) };
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The data of a study whose source is a file. */
function open(source: string, fields: StudyInput = {}): Promise<StudyData> {
  const config = resolveStudy(smallStudy({ dataset: "shapes10", source, ...fields }));
  return openStudyData(config, {
    named: async () => dataset,
    model: (path) => openPretrained(path, { allowDownload: false }),
  });
}

/** Other people's file: other names, and nothing said of the images. */
function writeForeign(): string {
  const path = join(folder, "foreign.safetensors");
  const renamed = Object.entries(trained.tensors).map(([name, tensor]) => [`module.${name}`, tensor] as const);
  writeFileSync(path, encodeSafetensors({ tensors: Object.fromEntries(renamed), metadata: {} }));
  return path;
}

describe("weights in a file as the source", () => {
  test("of Graft's own bring their image shape and normalization along", async () => {
    const { backbone } = await open(trained.path);
    expect(backbone?.network.inputShape).toEqual([3, 8, 8]);
    expect(JSON.stringify(backbone?.normalization)).toBe(trained.metadata["normalization"]);
    expect(backbone?.parameters).toEqual(trained.tensors);
    expect(backbone).toMatchObject({ name: "checkpoint.safetensors", hasHead: true, untrainable: null });
  });

  test("train and freeze like any source", async () => {
    const fields = { source: trained.path, strategies: ["last-layer", "full"], seeds: 1 };
    const data = await open(trained.path, fields);
    const directory = newFolder();
    const config = resolveStudy(smallStudy(fields));
    const { summary } = await runStudy({ ...options, ...data, directory, config });
    expect(summary.runs.map(({ status }) => status)).toEqual(["done", "done"]);
    expect(summary.source).toBeNull();
    const path = join(directory, "runs", "M1-last-layer-seed0", "checkpoint.safetensors");
    const { tensors } = decodeSafetensors(readFileSync(path), path);
    expect(tensors["conv3.weight"]).toEqual(trained.tensors["conv3.weight"]);
    expect(tensors["dense2.weight"]).not.toEqual(trained.tensors["dense2.weight"]);
  });

  test("of others need the size of their images and their normalization", async () => {
    const path = writeForeign();
    const data = await open(path, { imageSize: 8 });
    expect(data.backbone?.parameters).toEqual(trained.tensors);
    expect(data.backbone?.normalization).toBeNull();
    const config = resolveStudy(smallStudy({ source: path, imageSize: 8 }));
    await expect(runStudy({ ...options, ...data, directory: newFolder(), config })).rejects.toThrow(
      /^normalization: expected to be told how foreign\.safetensors wants its pixels/,
    );
    await expect(open(path)).rejects.toThrow(
      new DataError(
        `${path}: expected "module.dense1.weight" of shape [128, 4096] for classic-cnn, got [128, 256]. ` +
          "Take weights of the same architecture, or the architecture of these weights.",
        { location: { path } },
      ),
    );
  });

  test("of another architecture are refused with the name of their own", async () => {
    await expect(open(trained.path, { architecture: "resnet-20" })).rejects.toThrow(
      new ConfigError(
        `architecture: expected that of the weights in ${trained.path}, got resnet-20. Set it to classic-cnn, which they fit.`,
      ),
    );
  });

  test("are refused where the file is damaged or not there", async () => {
    const path = join(folder, "cut.safetensors");
    writeFileSync(path, readFileSync(trained.path).subarray(0, 1000));
    await expect(open(path)).rejects.toThrow(/^.*cut\.safetensors: expected .*checksum/);
    writeFileSync(path, Buffer.alloc(1000));
    await expect(open(path)).rejects.toThrow(/^.*cut\.safetensors: expected a safetensors file, but /);
    await expect(open("nowhere/weights.safetensors")).rejects.toThrow(
      new ConfigError("nowhere/weights.safetensors: expected a model file, got nothing there. Correct the path."),
    );
  });
});
