/** @file The tasks of a seed: labels, budgets, validation and normalization. */

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { type ImageSubset, channelStatistics, createShapes10 } from "../../data/index.ts";
import { budgetsOf, resolveStudy } from "../file/config.ts";
import type { StudyInput } from "../file/schema.ts";
import { splitStudy } from "./study-data.ts";
import { type SeedTasks, type TaskData, seedTasks, sourceTask, taskRecord } from "./tasks.ts";

const dataset = createShapes10({ trainImagesPerClass: 20, testImagesPerClass: 3 });

interface Tasks extends Omit<SeedTasks, "target"> {
  source: TaskData;
  target: TaskData;
}

/** The tasks of a study with one budget. */
function tasksOf(study: StudyInput, seed = 0): Tasks {
  const config = resolveStudy(study);
  const tasks = seedTasks(config, { data: { dataset }, split: splitStudy(config, { dataset }), seed });
  return { ...tasks, source: sourceTask(tasks), target: tasks.target(budgetsOf(config)[0]) };
}

function setOf({ indices }: ImageSubset): Set<number> {
  return new Set(indices);
}

function countsOf({ labels, classNames }: ImageSubset): number[] {
  return classNames.map((_, label) => labels.filter((each) => each === label).length);
}

describe("labels", () => {
  test("count the classes of the task in the order chosen", () => {
    const { target, source } = tasksOf({ target: [7, 0] });
    expect(target.numClasses).toBe(2);
    expect(target.train.classNames).toEqual([dataset.classNames[7], dataset.classNames[0]]);
    expect(target.train.labels[target.train.indices.indexOf(dataset.train.labels.indexOf(7))]).toBe(0);
    expect(source.numClasses).toBe(8);
    expect(countsOf(source.train)).toEqual(Array(8).fill(20));
  });

  test("are those of the data set if the head has an output for each of its classes", () => {
    const { target, source } = tasksOf({ head: "dataset" });
    expect([target.numClasses, source.numClasses]).toEqual([10, 10]);
    expect(new Set(target.test.labels)).toEqual(new Set([0, 7]));
    expect(countsOf(source.train)).toEqual([0, 20, 20, 20, 20, 20, 20, 0, 20, 20]);
  });
});

describe("images per class", () => {
  test("are nested: more of them hold the fewer", () => {
    const few = setOf(tasksOf({ imagesPerClass: 4 }).target.train);
    const more = setOf(tasksOf({ imagesPerClass: 9 }).target.train);
    expect([few.size, more.size]).toEqual([8, 18]);
    expect([...few].every((index) => more.has(index))).toBe(true);
  });

  test("are others for another seed, and never touch the source or the tests", () => {
    const [a, b] = [tasksOf({ imagesPerClass: 4 }, 0), tasksOf({ imagesPerClass: 4 }, 1)];
    expect(setOf(a.target.train)).not.toEqual(setOf(b.target.train));
    expect(countsOf(a.source.train)).toEqual(Array(8).fill(20));
    expect(countsOf(a.target.test)).toEqual([3, 3]);
  });

  test("of the source are its own setting", () => {
    const { source, target } = tasksOf({ sourceImagesPerClass: 5 });
    expect(countsOf(source.train)).toEqual(Array(8).fill(5));
    expect(countsOf(target.train)).toEqual([20, 20]);
  });

  test("cannot be more than there are", () => {
    expect(() => tasksOf({ imagesPerClass: 21 })).toThrow(
      new ConfigError(`images per class: expected at most 20, the images of class "${dataset.classNames[0]}", got 21.`),
    );
  });
});

describe("validation", () => {
  test("is the same share of every class, and none of its images trains", () => {
    const { source, target } = tasksOf({ validation: 0.25 });
    for (const { train, validation } of [source, target]) {
      if (validation === null) throw new Error("validation images were asked for");
      const held = setOf(validation);
      expect(new Set(countsOf(train))).toEqual(new Set([15]));
      expect(new Set(countsOf(validation))).toEqual(new Set([5]));
      expect([...train.indices].filter((index) => held.has(index))).toEqual([]);
    }
  });

  test("is held back from the training part: the tests are another part, whole", () => {
    const { target } = tasksOf({ validation: 0.25 });
    expect(target.validation?.part).toBe(dataset.train);
    expect(target.train.part).toBe(dataset.train);
    expect(target.test.part).toBe(dataset.test);
    expect(countsOf(target.test)).toEqual([3, 3]);
  });

  test("is not there where the share is 0", () => {
    expect(tasksOf({}).target.validation).toBeNull();
  });
});

describe("normalization", () => {
  test("is by the source images that train, and no others", () => {
    const { normalization, source, target } = tasksOf({ validation: 0.2, sourceImagesPerClass: 10 });
    const own = channelStatistics(source.train, dataset.imageShape);
    expect(normalization).toEqual({ mean: own.mean, std: own.standardDeviation });
    expect(normalization.mean).not.toEqual(channelStatistics(target.train, dataset.imageShape).mean);
  });

  test("of a channel that is one value everywhere divides by 1", () => {
    const pixels = dataset.train.pixels.slice();
    const grey = { ...dataset, train: { ...dataset.train, pixels: pixels.fill(51) } };
    const config = resolveStudy();
    const { normalization } = seedTasks(config, {
      data: { dataset: grey },
      split: splitStudy(config, { dataset: grey }),
      seed: 0,
    });
    expect(normalization).toEqual({ mean: [0.2, 0.2, 0.2], std: [1, 1, 1] });
  });

  test("`unit` only divides by 255, which the graph does", () => {
    expect(tasksOf({ normalization: "unit" }).normalization).toEqual({ mean: [0, 0, 0], std: [1, 1, 1] });
  });
});

describe("splitStudy and taskRecord", () => {
  test("classes in both tasks are refused", () => {
    expect(() => splitStudy(resolveStudy({ target: [0, 7], source: [1, 7] }), { dataset })).toThrow(
      new ConfigError(
        `source classes: expected none of the target classes, got 7 (${dataset.classNames[7]}) in both. Take each class out of one of them.`,
      ),
    );
  });

  test("the record counts the images of each part", () => {
    const config = resolveStudy({ target: [2, 3], source: [5, 6], validation: 0.1 });
    const split = splitStudy(config, { dataset });
    const tasks = seedTasks(config, { data: { dataset }, split, seed: 0 });
    expect(taskRecord(split.target, tasks.target("all"))).toEqual({
      classIds: [2, 3],
      classNames: [dataset.classNames[2], dataset.classNames[3]],
      trainImages: 36,
      validationImages: 4,
      testImages: 6,
    });
    if (split.source === null) throw new Error("the source has classes");
    expect(taskRecord(split.source, sourceTask(tasks))).toMatchObject({ classIds: [5, 6], trainImages: 36 });
  });
});
