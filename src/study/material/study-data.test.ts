/** @file Where the two tasks of a study come from, and what tells its data from others. */

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { type ImageDataset, createShapes10 } from "../../data/index.ts";
import { resolveStudy } from "../file/config.ts";
import type { StudyInput } from "../file/schema.ts";
import { planStudy } from "../file/plan.ts";
import { sourceKindOf } from "../file/sources.ts";
import { checksumsOf, requireSameData, splitStudy } from "./study-data.ts";

const dataset = createShapes10({ trainImagesPerClass: 4, testImagesPerClass: 2 });
const sourceDataset = createShapes10({ trainImagesPerClass: 3, testImagesPerClass: 2, seed: 1 });

describe("the source", () => {
  test.each([
    [null, "classes"],
    [[1, 2], "classes"],
    ["shapes10", "dataset"],
    ["photos/birds", "dataset"],
    ["photos/model.onnx", "backbone"],
    ["mobilenetv2-12", "backbone"],
  ] as const)("%j is of the kind %s", (source, kind) => {
    expect(sourceKindOf({ source: source as string | null })).toBe(kind);
  });

  test("is asked for where the target is a whole data set", () => {
    expect(() => resolveStudy({ target: "photos" })).toThrow(
      new ConfigError(
        'source: expected a data set or a trained network, since the target "photos" is a data set with all of its ' +
          "classes, got none. Name one (graft models list), or list the target's classes.",
      ),
    );
  });

  test("with a data set of its own leaves all classes to the target", () => {
    const { source, target } = splitStudy(resolveStudy({ target: "a", source: "b" }), { dataset, sourceDataset });
    expect(target.classIds).toHaveLength(10);
    expect(target.train.part).toBe(dataset.train);
    expect(source?.classIds).toHaveLength(10);
    expect(source?.train.part).toBe(sourceDataset.train);
  });

  test("trained elsewhere has no task, no run, and may serve some classes of a data set", () => {
    const config = resolveStudy({ target: ["disc", "ring"], source: "mine.onnx", strategies: ["scratch", "full"] });
    const { source, target } = splitStudy(config, { dataset });
    expect(source).toBeNull();
    expect(target.classNames).toEqual(["disc", "ring"]);
    expect(planStudy(config).map(({ id, startsFrom }) => [id, startsFrom])).toEqual([
      ["M1-scratch-seed0", null],
      ["M2-full-seed0", "pretrained"],
    ]);
  });
});

describe("early stopping", () => {
  const refusal = (strategy: string): ConfigError =>
    new ConfigError(
      `validation: expected validation images, since early stopping of "${strategy}" must choose an epoch without the ` +
        "test set, got none. Set validation: 0.1, or give the data set a folder of them.",
    );

  test.each([
    [{ training: { earlyStopping: {} } }, "source"],
    [{ trainingOf: { "last-layer": { earlyStopping: { patience: 2 } } } }, "last-layer"],
  ])("%j needs images to choose by", (study, strategy) => {
    expect(() => splitStudy(resolveStudy({ ...study, validation: 0 }), { dataset })).toThrow(refusal(strategy));
    // which are held back from training, as much as is said or a tenth
    expect(splitStudy(resolveStudy({ ...study, validation: 0.2 }), { dataset }).target.validation).toBeNull();
    expect(splitStudy(resolveStudy(study), { dataset }).target.validation).toBeNull();
  });

  test("takes those that the data set brings", () => {
    const config = resolveStudy({ validation: 0, training: { earlyStopping: {} } });
    const { source, target } = splitStudy(config, { dataset: { ...dataset, validation: dataset.test } });
    expect(source?.validation?.part).toBe(dataset.test);
    expect(target.validation?.labels).toEqual(target.test.labels);
    const ofTarget = { ...dataset, validation: selectOf(dataset.test, [0, 7]) };
    expect(() => splitStudy(config, { dataset: ofTarget })).toThrow(refusal("source"));
  });
});

/** The images of some classes. */
function selectOf(part: ImageDataset["test"], classIds: readonly number[]): ImageDataset["test"] {
  return { ...part, labels: part.labels.map((label) => (classIds.includes(label) ? label : classIds[0])) };
}

describe("a task of one class has nothing to tell apart", () => {
  const others = dataset.classNames.filter((name) => name !== "ring");
  const fix = "Leave it more classes, or name another data set or a trained network (graft models list) as the source.";
  test.each([
    ["the target", { target: ["ring"] }, "target", "Name another."],
    [
      "the target, before a network trained elsewhere",
      { target: ["ring"], source: "m.onnx" },
      "target",
      "Name another.",
    ],
    ["a target with the data set's head", { target: ["ring"], head: "dataset" }, "target", "Name another."],
    ["what the target leaves", { target: others }, "source", fix],
    ["a source that is named", { target: ["disc", "square"], source: ["ring"] }, "source", fix],
  ] as const)("%s", (_case, { target, ...fields }, side, advice) => {
    const config = resolveStudy({
      preset: "classic",
      strategies: ["scratch", "full"],
      ...fields,
      target: [...target],
    } as StudyInput);
    expect(() => splitStudy(config, { dataset })).toThrow(
      new ConfigError(
        `${side}: expected at least two classes, which are to be told apart, got "ring" alone. ${advice}`,
      ),
    );
  });

  test("a source data set of one class", () => {
    const config = resolveStudy({ target: "a", source: "b" });
    const single = { ...sourceDataset, classNames: ["all"] };
    expect(() => splitStudy(config, { dataset, sourceDataset: single })).toThrow(
      /^source: expected at least two classes/,
    );
  });
});

describe("requireSameData", () => {
  const begun = checksumsOf({ dataset, sourceDataset });

  test("takes the same", () => {
    expect(() => requireSameData(begun, { dataset, sourceDataset })).not.toThrow();
  });

  test("names what differs", () => {
    const [was, is] = [sourceDataset.checksum, dataset.checksum].map((checksum) => checksum.slice(0, 16));
    expect(() => requireSameData(begun, { dataset, sourceDataset: dataset })).toThrow(
      new ConfigError(
        `shapes10: expected the images that the study began with (checksum ${was}…), got others (${is}…). Put the same files back, or resume with --source where they are now.`,
      ),
    );
    expect(() => requireSameData(begun, { dataset })).toThrow(/\(checksum .{16}…\), got others \(none\)\./);
  });
});
