import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "../image-files.fixture.ts";
import { listCsv } from "./list-csv.ts";

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ folder, remove } = await temporaryFolder()));
afterEach(() => remove());

/** `class path` of every image of a CSV file with this content; a hyphen where no file is. */
async function listed(content: string | Uint8Array, name = "labels.csv"): Promise<string[]> {
  await writeFiles(folder, { [name]: content });
  const { images } = await listCsv(join(folder, name), {});
  return images.map(({ className, path, sizeBytes }) => `${className} ${sizeBytes < 0 ? "-" : path}`);
}

test("paths go from the folder of the file on, whatever way they are written", async () => {
  await writeFiles(folder, { "i/1.png": 1, "i/2.png": 2, "i/3.png": 3, "i/4.png": 4 });
  expect(await listed(`./i//1.png,a\ni\\2.png,b\n${folder}/i/3.png,a\ni/../i/4.png,b\n`)).toEqual([
    "a i/1.png",
    "b i/2.png",
    "a i/3.png",
    "b i/4.png",
  ]);
});

test("absolute paths of another machine are those of the files here", async () => {
  await writeFiles(folder, { "cats/1.png": 1, "dogs/1.png": 2 });
  expect(await listed("path,label\nC:\\data\\cats\\1.png,cat\n/home/x/dogs/1.png,dog")).toEqual([
    "cat cats/1.png",
    "dog dogs/1.png",
  ]);
});

test("names are found without their folder and ending", async () => {
  await writeFiles(folder, { "i/0.png": 1, "i/1.png": 2, "i/1.txt": "x", "deep/er/2.png": 3 });
  expect(await listed("id,breed\n0,a\n1,b\n2,a\n")).toEqual(["a i/0.png", "b i/1.png", "a deep/er/2.png"]);
});

test("of several files of a name, that in the folder called like the CSV file, or of training, is meant", async () => {
  await writeFiles(folder, { "train/1.png": 1, "test/1.png": 2, "x/3.png": 3, "y/3.png": 4 });
  expect(await listed("id,label\n1,a", "test.csv")).toEqual(["a test/1.png"]);
  expect(await listed("id,label\n1,a")).toEqual(["a train/1.png"]);
  await expect(listed("id,label\n1,a\n3,b")).rejects.toThrow(
    `labels.csv: expected one image called "3", got "x/3.png" and "y/3.png". Write paths from the folder of the CSV file on.`,
  );
});

test("names in other capitals or with another ending are found where none is called so", async () => {
  await writeFiles(folder, { "a/1.jpg": 1, "a/2.JPG": 2, "b/3.png": 3, "b/3.jpg": 4 });
  expect(await listed("A/1.png,ant\n2.jpg,bee\n3.png,bee")).toEqual(["ant a/1.jpg", "bee a/2.JPG", "bee b/3.png"]);
  await expect(listed("2.jpg,bee\n3.bmp,ant")).rejects.toThrow(
    'expected one image called "3.bmp", got "b/3.jpg" and "b/3.png"',
  );
});

test("names of composed and decomposed letters are one", async () => {
  await writeFiles(folder, { "cafe\u0301.png": 1, "1.png": 2 });
  expect(await listed("caf\u00e9.png,a\n1.png,b")).toEqual(["a cafe\u0301.png", "b 1.png"]);
});

test("cells that are too long for a path are no images", async () => {
  await writeFiles(folder, { "1.png": 1, "2.png": 2 });
  const pixels = "255 ".repeat(2000);
  expect(await listed(`path,label,pixels\n1.png,a,${pixels}\n2.png,b,${pixels}`)).toEqual(["a 1.png", "b 2.png"]);
});

test("links are followed", async () => {
  const other = await temporaryFolder();
  try {
    await writeFiles(other.folder, { "1.png": 1 });
    await symlink(other.folder, join(folder, "linked"));
    await writeFiles(folder, { "2.png": 2 });
    expect(await listed("linked/1.png,a\n2.png,b")).toEqual(["a linked/1.png", "b 2.png"]);
  } finally {
    await other.remove();
  }
});

test("what is not there is listed without a file", async () => {
  await writeFiles(folder, { "1.png": 1 });
  await mkdir(join(folder, "2.png"));
  expect(await listed("1.png,a\n2.png,b\n3.png,b")).toEqual(["a 1.png", "b -", "b -"]);
});

test.each(["../b.png", "/etc/b.png", "C:\\b.png", "\\\\server\\b.png", "a\0.png"])("%j leads out", async (path) => {
  await writeFiles(folder, { "a.png": 1 });
  await expect(listed(`a.png,ant\n${path},bee`)).rejects.toThrow(
    `labels.csv: expected the path of an image in the folder of the CSV file on line 2, got ${JSON.stringify(path)}. ` +
      "Write paths from that folder on, and put the images into it.",
  );
});

test("a line that repeats another is passed over, and two labels of one image are refused", async () => {
  await writeFiles(folder, { "1.png": 1, "2.png": 2, "labels.csv": "1.png,a\n2.png,b\n./1.png,a" });
  const { images, notes } = await listCsv(join(folder, "labels.csv"), {});
  expect([images.length, notes]).toEqual([2, ["1 line that repeats an image passed over"]]);
  await expect(listed("1.png,a\n2.png,b\n./1.png,b")).rejects.toThrow(
    'expected one label for each image on line 3, got "a" and "b". That is multi-label classification',
  );
});

test("Windows-1252 keeps names apart, and is said", async () => {
  await writeFiles(folder, { "1.png": 1, "2.png": 2 });
  await writeFiles(folder, { "labels.csv": Buffer.from("1.png,\u00e9t\u00e9\n2.png,\u00f4t\u00e9\n", "latin1") });
  const { classNames, notes } = await listCsv(join(folder, "labels.csv"), {});
  expect(classNames).toEqual(["\u00e9t\u00e9", "\u00f4t\u00e9"]);
  expect(notes).toEqual(["its letters were read as Windows-1252, since they are no UTF-8"]);
});

test("images that all lie in folders of parts are of these, unless the file says its own", async () => {
  await writeFiles(folder, {
    "d/train/1.png": 1,
    "d/test/2.png": 2,
    "labels.csv": "d/train/1.png,a\nd/test/2.png,b\n",
  });
  const { images, notes } = await listCsv(join(folder, "labels.csv"), {});
  expect(images.map(({ part }) => part)).toEqual(["train", "test"]);
  expect(notes).toEqual(["training and other images are those of its folders"]);
  await writeFiles(folder, { "labels.csv": "d/train/1.png,a,test\nd/test/2.png,b,train\n" });
  const said = await listCsv(join(folder, "labels.csv"), {});
  expect(said.images.map(({ part }) => part)).toEqual(["test", "train"]);
});

test("lines of JSON are read as a CSV file of their fields", async () => {
  await writeFiles(folder, { "1.png": 1, "2.png": 2 });
  const lines = '{"file_name": "1.png", "label": 3}\r\n\n{"label": 10, "file_name": "2.png", "more": null}';
  expect(await listed(lines, "metadata.jsonl")).toEqual(["3 1.png", "10 2.png"]);
  for (const bad of ["[1]", "{", "7"]) {
    await expect(listed(`${lines}\n${bad}`, "metadata.jsonl")).rejects.toThrow(
      "metadata.jsonl: expected a JSON object on line 4, got something else. Correct the line.",
    );
  }
});
