import { expect, test } from "vitest";
import { ConfigError, DataError } from "../core/index.ts";
import { splitByClass, takeClasses } from "./split-classes.ts";
import { tinyDataset } from "./tiny-dataset.fixture.ts";

const dataset = tinyDataset({ train: [2, 0, 1, 0, 2], test: [0, 1, 2] });

test("the source is every class outside the target", () => {
  const { source, target } = splitByClass({ target: "bee" }, dataset);
  expect(source.classIds).toEqual([0, 2]);
  expect(source.classNames).toEqual(["ant", "cat"]);
  expect([...source.train.indices]).toEqual([0, 1, 3, 4]);
  expect([...source.train.labels]).toEqual([1, 0, 0, 1]);
  expect(target.classNames).toEqual(["bee"]);
  expect([...target.train.indices]).toEqual([2]);
  expect([...target.test.indices]).toEqual([1]);
  expect([...target.test.labels]).toEqual([0]);
});

test("labels follow the order in which the classes are chosen", () => {
  const { target } = splitByClass({ target: "cat,ant", source: [1] }, dataset);
  expect([...target.train.indices]).toEqual([0, 1, 3, 4]);
  expect([...target.train.labels]).toEqual([0, 1, 1, 0]);
  expect(target.train.classNames).toEqual(["cat", "ant"]);
});

test("original labels stay class ids, with a name for each class of the data set", () => {
  const { target } = splitByClass({ target: "cat,ant" }, dataset, { keepOriginalLabels: true });
  expect([...target.train.labels]).toEqual([2, 0, 0, 2]);
  expect(target.train.classNames).toEqual(["ant", "bee", "cat"]);
  expect(target.classNames).toEqual(["cat", "ant"]);
});

test("a class without images is left out of both sides by leaving it out of one", () => {
  const lacking = tinyDataset({ train: [0, 1, 2], test: [0, 1] });
  expect(splitByClass({ target: "ant" }, lacking).source.classNames).toEqual(["bee"]);
});

test("validation images that a data set brings are those of the task", () => {
  const own = { ...dataset, validation: dataset.test };
  const { target, source } = splitByClass({ target: "cat" }, own);
  expect([...(target.validation?.indices ?? [])]).toEqual([2]);
  expect([...(source.validation?.labels ?? [])]).toEqual([0, 1]);
  expect(splitByClass({ target: "cat" }, dataset).target.validation).toBeNull();
});

test("the images are shared, not copied", () => {
  expect(splitByClass({ target: 0 }, dataset).target.train.part).toBe(dataset.train);
});

test("classes in both tasks are named", () => {
  expect(() => splitByClass({ source: "ant,bee,cat", target: "cat,bee" }, dataset)).toThrow(
    new ConfigError(
      "source classes: expected none of the target classes, got 1 (bee), 2 (cat) in both. " +
        "Take each class out of one of them.",
    ),
  );
});

test("a target of all classes leaves no source", () => {
  expect(() => splitByClass({ target: "0,1,2" }, dataset)).toThrow(
    new ConfigError(
      "target classes: expected some but not all of the 3 classes of tiny, got all. " +
        "Leave classes over for the source task.",
    ),
  );
});

test("a class without images is named with its part", () => {
  expect(() => takeClasses(tinyDataset({ train: [0, 1, 2], test: [0, 1] }), [0, 2])).toThrow(
    new DataError("tiny: expected test images of class 2 (cat), got none. Leave the class out or add images."),
  );
  expect(() => takeClasses(tinyDataset({ train: [0], test: [0, 1] }), [1])).toThrow(
    new DataError("tiny: expected training images of class 1 (bee), got none. Leave the class out or add images."),
  );
});
