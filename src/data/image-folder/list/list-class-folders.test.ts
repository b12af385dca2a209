import { describe, expect, test } from "vitest";
import { listClassFolders } from "./list-class-folders.ts";
import type { FoundFile } from "./scan-folder.ts";

/** `class part path` of every image, and the notes, for images and empty folders at these paths. */
function reading(paths: readonly string[], { empty = [] }: { empty?: readonly string[] } = {}): [string[], string[]] {
  const files = paths.map((path): FoundFile => ({ path, sizeBytes: 1, modifiedMs: 0, changedMs: 0 }));
  const folders = new Set<string>(empty);
  for (const path of paths) {
    const parts = path.split("/").slice(0, -1);
    parts.forEach((_, at) => folders.add(parts.slice(0, at + 1).join("/")));
  }
  const { images, notes } = listClassFolders(files, { folders: [...folders].sort(), passedOver: [] });
  return [images.map(({ className, part, path }) => `${className} ${part ?? "-"} ${path}`), [...notes]];
}

/** Images of classes a and b in each of these folders. */
const inEach = (...folders: readonly string[]): string[] =>
  folders.flatMap((folder) => ["a", "b"].map((name) => `${folder}/${name}/1.png`)).sort();

describe("training and other parts", () => {
  test.each([
    ["train", "val", "validation"],
    ["Training", "Testing", "test"],
    ["training_set", "test_set", "test"],
    ["train_images", "valid_images", "validation"],
    ["seg_train", "seg_test", "test"],
    ["trn", "dev", "validation"],
    ["train2017", "val2017", "validation"],
    ["dataset-train", "dataset-holdout", "test"],
    ["TrainData", "TestData", "test"],
  ])("are %s and %s", (train, other, part) => {
    const [images, notes] = reading(inEach(train, other));
    const expected = inEach(train).map((path) => `${path.split("/")[1]} train ${path}`);
    expect(images.filter((image) => image.includes(" train "))).toEqual(expected);
    expect(images.filter((image) => image.includes(` ${part} `))).toHaveLength(2);
    expect(notes).toEqual([]);
  });

  test("lie one folder deeper", () => {
    const [images, notes] = reading([...inEach("seg_train/seg_train", "seg_test/seg_test"), "seg_x/seg_x/9.png"]);
    expect(images[0]).toBe("a test seg_test/seg_test/a/1.png");
    expect(images).toHaveLength(4);
    expect(notes).toEqual(['passed over "seg_x" (neither training, validation nor test)']);
    expect(reading(inEach("data/train", "data/test"))[1]).toEqual(['the classes are the folders in "data"']);
    expect(reading(inEach("data/train", "data/test"))[0][0]).toBe("a test data/test/a/1.png");
  });

  test("may be called something else where they hold the same classes", () => {
    expect(reading(inEach("train", "unseen"))[0][2]).toBe("a test unseen/a/1.png");
    expect(reading(inEach("images", "test"))[0][0]).toBe("a train images/a/1.png");
  });

  test("lie in the classes", () => {
    expect(reading(["cat/test/1.png", "cat/train/2.png", "dog/test/3.png", "dog/train/4.png"])[0]).toEqual([
      "cat test cat/test/1.png",
      "cat train cat/train/2.png",
      "dog test dog/test/3.png",
      "dog train dog/train/4.png",
    ]);
  });

  test("without labels are named and left out", () => {
    for (const path of ["test/9.png", "test/unknown/9.png", "test/test/9.png"]) {
      const [images, notes] = reading([path, ...inEach("train", "val")]);
      expect(images.map((image) => image.split(" ")[1])).toEqual(["train", "train", "validation", "validation"]);
      expect(notes).toEqual(['passed over "test" (without labels)']);
    }
    expect(reading([...inEach("train"), "test/9.png"])[0]).toHaveLength(2);
  });

  test("have the classes of training, in any capitals", () => {
    const [images, notes] = reading([...inEach("train"), "test/A/2.png", "test/c/3.png"]);
    expect(images[0]).toBe("a test test/A/2.png");
    expect(notes).toEqual(['passed over "test/c" (no class of the training images)']);
  });

  test("are none where folders so called hold no classes", () => {
    expect(reading(["bus/1.png", "test/2.png", "train/3.png"])[0]).toEqual([
      "bus - bus/1.png",
      "test - test/2.png",
      "train - train/3.png",
    ]);
  });
});

test("training and test images without class folders have no class", () => {
  expect(reading(["train/1.png", "test/2.png"])[0]).toEqual([]);
});

test("folders that all hold the same folders are no classes", () => {
  const [images, notes] = reading(inEach("2019", "2020"));
  expect(images[0]).toBe("a - 2019/a/1.png");
  expect(notes).toEqual(['"2019" and "2020" hold the same folders, so these are the classes']);
});

test("a folder alone is none, and what lies in it are the classes", () => {
  const [images, notes] = reading(["photos/a/1.png", "photos/b/2.png", "preview.png"]);
  expect(images).toEqual(["a - photos/a/1.png", "b - photos/b/2.png"]);
  expect(notes).toEqual(['the classes are the folders in "photos"']);
});

test("names of composed and decomposed letters are one", () => {
  expect(reading(["train/caf\u00e9/1.png", "train/tea/1.png", "val/cafe\u0301/2.png"])[0]).toEqual([
    "caf\u00e9 train train/caf\u00e9/1.png",
    "tea train train/tea/1.png",
    "caf\u00e9 validation val/cafe\u0301/2.png",
  ]);
});

test("folders without images are named, wherever a class could be", () => {
  const empty = ["val", "train/c", "train/a/deep"];
  expect(reading(inEach("train", "test"), { empty })[1]).toEqual([
    'passed over "train/c" (no images) and "val" (no images)',
  ]);
});

test("folders that only divide the images of each class are none", () => {
  const paths = ["ant", "bee"].flatMap((name) => [`${name}/batch0/1.png`, `${name}/batch1/2.png`]);
  expect(reading(paths)).toEqual([
    ["ant - ant/batch0/1.png", "ant - ant/batch1/2.png", "bee - bee/batch0/1.png", "bee - bee/batch1/2.png"],
    [],
  ]);
});
