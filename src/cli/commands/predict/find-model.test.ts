import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { ConfigError } from "../../../core/index.ts";
import { sha256 } from "../../../files/index.ts";
import { type RunRecord, type StudyFile, openRunStore, resolveStudy } from "../../../study/index.ts";
import { epochRecord, run, summary } from "../../terminal/displays/study.fixture.ts";
import { findModel } from "./find-model.ts";

const studyFile: StudyFile = {
  formatVersion: 1,
  config: resolveStudy({}),
  datasetChecksum: "",
  threads: 1,
  device: "cpu",
  command: "graft run",
  startedAt: "2026-01-01T00:00:00Z",
};

interface RunFields {
  id: string;
  status?: RunRecord["status"];
  task?: "source" | "target";
  /** Accuracy and loss on the images held back, epoch by epoch. */
  validation?: [number, number][];
  keptEpoch?: number;
}

/** A study's folder with what is needed of its files. */
function studyOf(...runs: RunFields[]): string {
  const records = runs.map(({ status = "done", task = "target", validation = [], ...fields }) => ({
    ...run,
    strategy: fields.id.toLowerCase(),
    ...fields,
    status,
    task,
    epochs: validation.map(([validationAccuracy, validationLoss], index) => ({
      ...epochRecord,
      epoch: index + 1,
      validationAccuracy,
      validationLoss,
    })),
  }));
  return writeStudy(records);
}

function writeStudy(runs: readonly RunRecord[]): string {
  const directory = mkdtempSync(join(tmpdir(), "graft-find-model-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "study.json"), JSON.stringify(studyFile));
  writeFileSync(join(directory, "summary.json"), JSON.stringify({ ...summary, runs }));
  return directory;
}

const pathOf = (study: string, id: string): string => join(study, "runs", id, "model.onnx");

describe("of a study", () => {
  test("the source run and unfinished ones never win over a finished one on the target", async () => {
    const study = studyOf(
      { id: "M1", task: "source", validation: [[0.99, 0.1]] },
      { id: "M2", validation: [[0.7, 0.6]] },
      { id: "M3", validation: [[0.8, 0.5]] },
      { id: "M4", status: "interrupted", validation: [[0.9, 0.2]] },
    );
    const reason = "M3, with the highest validation accuracy, 80.0 %";
    expect(await findModel(study)).toEqual({ path: pathOf(study, "M3"), reason });
  });

  test("the epoch counts whose weights were kept, and at a tie the lower loss", async () => {
    const kept: RunFields = {
      id: "kept",
      keptEpoch: 1,
      validation: [
        [0.8, 0.4],
        [0.9, 0.5],
      ],
    };
    const last: RunFields = {
      id: "last",
      validation: [
        [0.9, 0.1],
        [0.8, 0.3],
      ],
    };
    const study = studyOf(kept, last);
    expect((await findModel(study)).path).toBe(pathOf(study, "last"));
    const better = studyOf({ ...kept, keptEpoch: 2 }, last);
    expect((await findModel(better)).path).toBe(pathOf(better, "kept"));
  });

  test("the source run is taken where no other is finished", async () => {
    const study = studyOf({ id: "M1", task: "source" }, { id: "M2", status: "pending" });
    expect(await findModel(study)).toEqual({ path: pathOf(study, "M1"), reason: "M1, the only finished run" });
  });

  describe("without images to choose by", () => {
    const scored = (strategy: string, seed: number, testAccuracy?: number): RunRecord => ({
      ...run,
      id: `${strategy}-seed${seed}`,
      strategy,
      seed,
      imagesPerClass: "all",
      status: "done",
      task: "target",
      startsFrom: null,
      trainImages: 100,
      testImages: 2000,
      epochs: testAccuracy === undefined ? [] : [{ ...epochRecord, epoch: 1, testAccuracy }],
    });
    const runs = [scored("scratch", 0, 0.7), scored("full", 0, 0.85), scored("full", 1, 0.95)];

    test("the first run of the strategy that the study recommends is taken, though another was right more often", async () => {
      const study = writeStudy(runs);
      expect(await findModel(study)).toEqual({
        path: pathOf(study, "full-seed0"),
        reason: "full-seed0, the first run of full, which the study recommends",
      });
    });

    test("a run may be named by its strategy", async () => {
      const study = writeStudy(runs);
      expect((await findModel(study, { run: "full" })).path).toBe(pathOf(study, "full-seed0"));
      expect(await findModel(study, { run: "scratch" })).toEqual({
        path: pathOf(study, "scratch-seed0"),
        reason: "scratch-seed0, the only finished run of scratch",
      });
      await expect(findModel(study, { run: "ful" })).rejects.toThrow(
        '--run: expected one of scratch-seed0, full-seed0, full-seed1, scratch, full, got "ful". Did you mean "full"?',
      );
    });

    test("none is taken where none has learned", async () => {
      const study = writeStudy([scored("full", 0), scored("full", 1)]);
      await expect(findModel(study)).rejects.toThrow(
        `${study}: expected one run to predict with, got 2 and none that has learned its task: ` +
          "full-seed0, full-seed1. Choose one with --run.",
      );
    });
  });

  test("any finished run is taken that is named", async () => {
    const study = studyOf({ id: "M1", task: "source" }, { id: "M2" }, { id: "M3", status: "failed" });
    expect(await findModel(study, { run: "M1" })).toEqual({ path: pathOf(study, "M1") });
    await expect(findModel(study, { run: "M3" })).rejects.toThrow(
      new ConfigError("--run: expected a finished run, got M3, which is failed. Choose another."),
    );
  });

  test("one without a finished run is refused", async () => {
    const study = studyOf({ id: "M1", status: "running" });
    await expect(findModel(study)).rejects.toThrow(
      new ConfigError(`${study}: expected a study with a finished run, got none. Resume the study first.`),
    );
  });
});

test("a run's folder means its model, and another model's file itself", async () => {
  const study = studyOf({ id: "M1" });
  const path = pathOf(study, "M1");
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "");
  expect(await findModel(join(path, ".."))).toEqual({ path });
  expect(await findModel(path)).toEqual({ path });
});

test("a model beside the record of its run is the one that the record knows", async () => {
  const folder = studyOf({ id: "M1" });
  const checksum = sha256(Buffer.from("model"));
  const files = { checkpoint: sha256(Buffer.from("weights")), model: checksum };
  await openRunStore(folder).writeRun({ ...run, id: "M1", files });
  writeFileSync(pathOf(folder, "M1"), "model");
  const path = pathOf(folder, "M1");
  const found = [await findModel(path), await findModel(join(path, "..")), await findModel(folder)];
  expect(found).toMatchObject([
    { path, checksum },
    { path, checksum },
    { path, checksum },
  ]);
});
