/** @file A whole study: its files, its events, its numbers, and the same again. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/core/index.ts";
import { decodeSafetensors } from "../../src/engine/training/index.ts";
import { type RunRecord, type StudyEvent, type StudyInput, readStudyFile, readSummary } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { CLASSIC_RUNS, filesIn, historyOf, newFolder, resultsOf, resume, run, smallStudy } from "./study-folder.ts";

const RUN_FILES = ["checkpoint.safetensors", "history.jsonl", "model.onnx", "run.json"];

describe("a study", () => {
  test("leaves its files, and they agree with each other", async () => {
    const { directory, summary, interrupted } = await run(smallStudy({ seeds: [3] }));
    const ids = CLASSIC_RUNS.map((id) => id.replace("seed0", "seed3"));
    expect(interrupted).toBe(false);
    expect(filesIn(directory)).toEqual([
      "analysis.json",
      "fingerprint.json",
      ...ids.flatMap((id) => RUN_FILES.map((name) => join("runs", id, name))),
      "study.json",
      "summary.json",
    ]);
    expect(await readSummary(directory)).toEqual(JSON.parse(JSON.stringify(summary)));
    expect(summary.runs.map(({ id, status }) => [id, status])).toEqual(ids.map((id) => [id, "done"]));
    for (const { id, epochs, durationMs } of summary.runs) {
      expect(historyOf(directory, id)).toEqual(epochs);
      expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2]);
      expect(durationMs).toBeGreaterThanOrEqual(epochs.reduce((sum, each) => sum + each.durationMs, 0));
    }
    expect(summary.durationMs).toBeGreaterThanOrEqual(summary.runs.reduce((sum, each) => sum + each.durationMs, 0));
    expect(summary).toMatchObject({ name: "classic", seeds: [3], dataset: { name: "small" }, formatVersion: 1 });
    expect(Date.parse(summary.finishedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(summary.startedAt));
    expect(await readStudyFile(directory)).toMatchObject({
      config: { seeds: [3], dataset: "small", training: { epochs: 2 } },
      datasetChecksum: smallDataset().checksum,
      threads: 1,
    });
  });

  test("proves of every run that frozen layers stayed and trained ones moved", async () => {
    const { directory, summary } = await run(smallStudy());
    const named = ({ freezeProof }: RunRecord): [boolean | undefined, string[]] => [
      freezeProof?.holds,
      [...new Set(freezeProof?.frozen.map(({ name }) => name.split(".")[0]))],
    ];
    expect(summary.runs.map(named)).toEqual([
      [true, []],
      [true, []],
      [true, ["conv1", "conv2", "conv3", "conv4", "dense1"]],
      [true, ["conv1", "conv2", "conv3", "conv4"]],
    ]);
    // the files say the same
    const weightsOf = (id: string): Record<string, { data: unknown }> => {
      const path = join(directory, "runs", id, "checkpoint.safetensors");
      return decodeSafetensors(readFileSync(path), path).tensors;
    };
    const [source, , oneLayer, twoLayers] = CLASSIC_RUNS.map(weightsOf);
    expect(oneLayer["dense1.weight"].data).toEqual(source["dense1.weight"].data);
    expect(twoLayers["conv4.weight"].data).toEqual(source["conv4.weight"].data);
    expect(twoLayers["dense1.weight"].data).not.toEqual(source["dense1.weight"].data);
    expect(summary.runs[2].featureDurationMs).toBeGreaterThan(0);
    expect(summary.runs[1].featureDurationMs).toBe(0);
  });

  test("run twice gives the same weights bit for bit and the same history, with two threads and two seeds", async () => {
    const study = smallStudy({
      seeds: 2,
      imagesPerClass: 12,
      training: { epochs: 2 },
      trainingOf: { scratch: { optimizer: { name: "adam" }, augmentation: { flip: true, crop: 1 } } },
    });
    const ids = ["seed0", "seed1"].flatMap((seed) => CLASSIC_RUNS.map((id) => id.replace("seed0", seed)));
    const first = await run(study, { threads: 2 });
    const second = await run(study, { threads: 2 });
    const results = resultsOf(first.directory, ids);
    expect(resultsOf(second.directory, ids)).toEqual(results);
    expect(results[ids[0]]).not.toEqual(results[ids[4]]);
  });

  test("gives the same results with its features in a file", async () => {
    // 256 features of each of 1,100 images are 1,126,400 bytes: more than the smallest limit
    const study = smallStudy({ strategies: ["last-layer", "last-two-layers"] });
    const dataset = smallDataset({ trainImagesPerClass: 550 });
    const fields = { sourceImagesPerClass: 8, training: { epochs: 1, batchSize: 64 } };
    const ids = ["M1-source-seed0", "M2-last-layer-seed0", "M3-last-two-layers-seed0"];
    const spilled = await run({ ...study, ...fields, featureMemoryMb: 1 }, { dataset });
    const inMemory = await run({ ...study, ...fields }, { dataset });
    expect(resultsOf(spilled.directory, ids)).toEqual(resultsOf(inMemory.directory, ids));
  });

  test("statistics of frozen layers that adapt are a group of the proof, which holds", async () => {
    const fields: StudyInput = { architecture: "resnet-20", batchNorm: "adapt", strategies: ["last-layer"] };
    const { summary } = await run(smallStudy({ ...fields, sourceImagesPerClass: 2, training: { epochs: 1 } }));
    const { status, freezeProof } = summary.runs[1];
    expect(status).toBe("done");
    expect(freezeProof?.holds).toBe(true);
    expect(freezeProof?.adapting?.every(({ changed }) => changed)).toBe(true);
    expect(freezeProof?.adapting?.map(({ name }) => name)).toContain("bn1.running_mean");
    expect(freezeProof?.frozen.map(({ name }) => name)).toContain("bn1.weight");
  });

  test("as published: nothing is frozen, ten outputs, and M4 goes on from M3", async () => {
    const { directory, summary } = await run(smallStudy({ preset: "as-published" }));
    const [, , m3, m4] = summary.runs;
    expect(summary.runs.map(({ status }) => status)).toEqual(["done", "done", "done", "done"]);
    expect(m4.startsFrom).toBe(m3.id);
    const afterM3 = m3.freezeProof?.trainable.map(({ name, after }) => [name, after]);
    expect(m4.freezeProof?.trainable.map(({ name, before }) => [name, before])).toEqual(afterM3);
    expect(m4.freezeProof?.frozen).toEqual([]);
    expect(m4.trainableParameters).toBe(m4.totalParameters);
    const path = join(directory, "runs", m4.id, "checkpoint.safetensors");
    expect(decodeSafetensors(readFileSync(path), path).tensors["dense2.bias"].shape).toEqual([10]);
  });

  test("tells what happens in order", async () => {
    const events: StudyEvent[] = [];
    await run(smallStudy({ strategies: ["last-layer"] }), { listener: (event) => events.push(event) });
    const stages = events.flatMap((event) => (event.type === "stage" ? [event.stage] : []));
    expect(new Set(stages)).toEqual(new Set(["scoring", "mapping", "analysing"]));
    const kinds = events
      .map((event) => event.type)
      .filter((type) => !type.startsWith("stage"))
      .filter((type, index, all) => type !== all[index - 1]);
    const epochs = ["batch", "epoch", "batch", "epoch"];
    expect(kinds).toEqual([
      "study-started",
      "run-started",
      ...epochs,
      "run-finished",
      "run-started",
      "features",
      ...epochs,
      "run-finished",
      "study-finished",
    ]);
    // of each run after both epochs and at its end: 32 test images of the source, 8 of the target
    const progress = events.flatMap((event) => (event.type === "stage-progress" ? [event] : []));
    const last = progress.filter(({ images, totalImages }) => images === totalImages);
    expect(last.map(({ stage, totalImages }) => [stage, totalImages])).toEqual(
      [32, 8].flatMap((images) => ["scoring", "scoring", "scoring", "mapping"].map((stage) => [stage, images])),
    );
    const batches = events.flatMap((event) => (event.type === "batch" ? [event] : []));
    expect(batches.slice(0, 2)).toMatchObject([
      { epoch: 1, epochs: 2, batch: 1, batches: 8 },
      { epoch: 1, batch: 2 },
    ]);
    // nothing is told from the first steps, which are slow
    expect(batches[0].studyTimeLeftMs).toBeNull();
    const known = batches.filter(({ run: { model }, runTimeLeftMs }) => model === "M1" && runTimeLeftMs !== null);
    const [first] = known;
    expect(known[known.length - 1].runTimeLeftMs).toBeLessThan(first.runTimeLeftMs ?? NaN);
    expect(first.studyTimeLeftMs).toBeGreaterThan(first.runTimeLeftMs ?? NaN);
  });

  test("is not begun in a folder that holds one", async () => {
    const { directory } = await run(smallStudy({ strategies: ["scratch"], training: { epochs: 1 } }));
    const before = filesIn(directory).map((name) => readFileSync(join(directory, name)));
    await expect(run(smallStudy(), { directory })).rejects.toThrow(
      new ConfigError(
        `${directory}: expected a folder without a study, got one with. Resume it with graft resume, or choose another folder.`,
      ),
    );
    expect(filesIn(directory).map((name) => readFileSync(join(directory, name)))).toEqual(before);
  });

  test("that does not fit its data writes nothing", async () => {
    const directory = newFolder();
    await expect(run(smallStudy({ imagesPerClass: 17 }), { directory })).rejects.toThrow(ConfigError);
    expect(() => filesIn(directory)).toThrow(/ENOENT/);
  });

  test("that is finished is left as it is by a resume, byte for byte", async () => {
    const { directory } = await run(smallStudy({ training: { epochs: 1 } }));
    const before = filesIn(directory).map((name) => readFileSync(join(directory, name)));
    const { summary, interrupted } = await resume(directory);
    expect(interrupted).toBe(false);
    expect(summary.runs.every(({ status }) => status === "done")).toBe(true);
    expect(filesIn(directory).map((name) => readFileSync(join(directory, name)))).toEqual(before);
  });
});

describe("validation and augmentation", () => {
  test("held-out images have their figures in every epoch", async () => {
    const { summary, directory } = await run(smallStudy({ validation: 0.25 }));
    expect(summary.target).toMatchObject({ trainImages: 24, validationImages: 8, testImages: 8 });
    for (const { id } of summary.runs) {
      for (const { validationLoss, validationAccuracy } of historyOf(directory, id)) {
        expect(validationLoss).toBeGreaterThan(0);
        expect([0, 1]).toContain(Math.sign(validationAccuracy ?? NaN));
      }
    }
  });

  test("frozen layers under augmentation are constants of the graph, and stay bit for bit", async () => {
    const { summary } = await run(smallStudy({ training: { augmentation: { flip: true, crop: 1 } } }));
    const [, , m3, m4] = summary.runs;
    for (const { freezeProof, featureDurationMs, status } of [m3, m4]) {
      expect(status).toBe("done");
      expect(featureDurationMs).toBe(0);
      expect(freezeProof?.holds).toBe(true);
    }
    expect(m3.freezeProof?.frozen).toHaveLength(10);
    expect(m4.freezeProof?.frozen).toHaveLength(8);
  });
});
