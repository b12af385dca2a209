import { link, mkdir, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigError } from "../../../core/index.ts";
import { temporaryFolder, writeFiles } from "../image-files.fixture.ts";
import { listImages } from "./list-images.ts";

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ folder, remove } = await temporaryFolder()));
afterEach(() => remove());

/** `class part path` of every image. */
async function listed(path = folder): Promise<string[]> {
  const { images } = await listImages(path);
  return images.map(({ className, part, path: own }) => `${className} ${part ?? "-"} ${own}`);
}

test("folders are classes, and images at any depth in them are theirs", async () => {
  await writeFiles(folder, { "bee/2.png": 1, "ant/deep/er/still/1.png": 2, "ant/0.png": 3 });
  expect(await listed()).toEqual(["ant - ant/0.png", "ant - ant/deep/er/still/1.png", "bee - bee/2.png"]);
});

test("class names are in byte order, whatever the language", async () => {
  await writeFiles(folder, { "z/1.png": 1, "Ä/1.png": 1, "a/1.png": 1, "B/1.png": 1, "10/1.png": 1, "9/1.png": 1 });
  expect((await listImages(folder)).classNames).toEqual(["10", "9", "B", "a", "z", "Ä"]);
});

test("training, validation and test folders hold the class folders", async () => {
  await writeFiles(folder, { "Train/a/1.png": 1, "train/b/2.png": 1, "valid/a/3.png": 1, "test/b/4.png": 1 });
  expect(await listed()).toEqual([
    "a train Train/a/1.png",
    "b test test/b/4.png",
    "b train train/b/2.png",
    "a validation valid/a/3.png",
  ]);
});

test("folders that are no parts make the others classes too", async () => {
  await writeFiles(folder, { "train/1.png": 1, "bus/2.png": 1, "test/3.png": 1 });
  expect((await listImages(folder)).classNames).toEqual(["bus", "test", "train"]);
});

test("hidden files, other files and files outside of class folders are counted", async () => {
  await writeFiles(folder, {
    "a/1.png": 1,
    "b/2.png": 1,
    "a/.DS_Store": "x",
    "a/Thumbs.db": "x",
    "b/notes.txt": "x",
    ".hidden/c.png": 1,
    "readme.md": "x",
    "loose.png": 1,
  });
  const { images, ignored, outside, hidden, notes } = await listImages(folder);
  expect([images.length, ignored, outside, hidden, notes]).toEqual([2, 3, 1, 1, ['passed over ".hidden" (hidden)']]);
});

test("an image under the name of another kind of file is an image", async () => {
  await writeFiles(folder, { "a/1.dat": 1, "b/2": 1, "b/3.txt": "no image" });
  expect(await listed()).toEqual(["a - a/1.dat", "b - b/2"]);
});

test("a folder without images is no class, and named", async () => {
  await writeFiles(folder, { "a/1.png": 1 });
  await mkdir(join(folder, "empty.jpg"));
  await writeFiles(folder, { "b/1.png": 1, "xml/1.xml": "<a/>" });
  const { classNames, notes } = await listImages(folder);
  expect([classNames, notes]).toEqual([["a", "b"], ['passed over "empty.jpg" (no images) and "xml" (no images)']]);
});

test("names may hold dashes and any letters, and what nobody can see is shown in those of classes", async () => {
  await writeFiles(folder, { "-a/-1.png": 1, "b\nc/2\n.png": 1, "猫/ねこ[page=1].png": 1 });
  expect(await listed()).toEqual(["-a - -a/-1.png", "b\\u{a}c - b\nc/2\n.png", "猫 - 猫/ねこ[page=1].png"]);
});

test("links are followed, but not in a circle", async () => {
  const other = await temporaryFolder();
  try {
    await writeFiles(other.folder, { "deep/outside.png": 1 });
    await writeFiles(folder, { "a/1.png": 1, "b/2.png": 1 });
    await symlink(join(folder, "a/1.png"), join(folder, "b/inside.png"));
    await symlink(join(other.folder, "deep/outside.png"), join(folder, "b/outside.png"));
    await symlink(other.folder, join(folder, "c"));
    await symlink(join(other.folder, "deep"), join(other.folder, "deep/again"));
    await symlink(folder, join(folder, "a/round"));
    await symlink("nowhere", join(folder, "a/broken.png"));
    await link(join(folder, "a/1.png"), join(folder, "a/hard.png"));
    const { images, classNames, notes } = await listImages(folder);
    expect(images.map(({ path }) => path)).toEqual([
      "a/1.png",
      "a/hard.png",
      "b/2.png",
      "b/inside.png",
      "b/outside.png",
      "c/deep/outside.png",
    ]);
    expect(classNames).toEqual(["a", "b", "c"]);
    expect(notes).toHaveLength(1);
    for (const named of [
      '"a/broken.png" (a link that leads nowhere)',
      '"a/round" (a link back to a folder that it lies in)',
      '"c/deep/again" (a link back to a folder that it lies in)',
    ]) {
      expect(notes[0]).toContain(named);
    }
  } finally {
    await other.remove();
  }
});

test("images that lie in no class folders are those of the only CSV file, or of the training images' one", async () => {
  const files = { "images/1.png": 1, "images/2.png": 2, "train.csv": "image_id,ant,bee\n1,1,0\n2,0,1\n" };
  await writeFiles(folder, files);
  expect(await listed(folder)).toEqual(["ant - images/1.png", "bee - images/2.png"]);
  expect(await listImages(folder)).toMatchObject({
    name: basename(folder),
    notes: ['its labels are those of "train.csv"'],
  });
  await writeFiles(folder, { "sample_submission.csv": "image_id,ant,bee\n1,0.5,0.5\n" });
  expect(await listed(folder)).toEqual(["ant - images/1.png", "bee - images/2.png"]);
  await writeFiles(folder, { "training.csv": "1,ant\n" });
  expect((await listImages(folder)).classNames).toEqual(["images"]);
  await writeFiles(folder, { "other/3.png": 3 });
  expect((await listImages(folder)).classNames).toEqual(["images", "other"]);
});

test("a labels.csv in the folder, or a CSV file that is named, says what the images are", async () => {
  await writeFiles(folder, {
    "images/1.png": 1,
    "images/2.png": 2,
    "labels.csv": "path,label,split\nimages/1.png,ant,train\nimages/2.png,bee,test\nimages/3.png,bee,test",
    "other.csv": "images/2.png,cat\n",
  });
  expect(await listed()).toEqual(["ant train images/1.png", "bee test images/2.png", "bee test images/3.png"]);
  const { images } = await listImages(folder);
  expect(images.map(({ sizeBytes }) => sizeBytes > 0)).toEqual([true, true, false]);
  expect(await listed(join(folder, "other.csv"))).toEqual(["cat - images/2.png"]);
  expect((await listImages(join(folder, "other.csv"))).name).toBe("other");
});

test("a path where nothing is, or no folder, is refused", async () => {
  await writeFiles(folder, { "a.png": 1 });
  const refusal = (path: string, what: string): ConfigError =>
    new ConfigError(
      `image folder: expected a folder with images or a CSV file that names them, got "${path}", which is ${what}. ` +
        "Correct the path.",
    );
  const missing = join(folder, "missing");
  await expect(listImages(missing)).rejects.toThrow(refusal(missing, "not there"));
  const file = join(folder, "a.png");
  await expect(listImages(file)).rejects.toThrow(refusal(file, "neither"));
  await writeFiles(folder, { "photos.zip": "PK" });
  await expect(listImages(join(folder, "photos.zip"))).rejects.toThrow(
    'photos.zip", which is an archive. Unpack it, and name the folder that comes out of it.',
  );
});

test("classes that differ in capitals alone are told of", async () => {
  await writeFiles(folder, { "Ant/1.png": 1, "ant/2.png": 2, "bee/3.png": 3 });
  const { classNames, notes } = await listImages(folder);
  expect(classNames).toEqual(["Ant", "ant", "bee"]);
  expect(notes).toEqual(['"Ant" and "ant" differ in capitals alone']);
});

test("parts may have a list each, as the Hugging Face hub has them, of CSV or of JSON lines", async () => {
  await writeFiles(folder, {
    "train/1.png": 1,
    "train/2.png": 2,
    "train/metadata.csv": "file_name,label\n1.png,ant\n2.png,bee\n",
    "test/1.png": 3,
    "test/metadata.jsonl": '{"file_name": "1.png", "label": "bee", "boxes": [[1, 2]]}\n',
  });
  expect(await listed(folder)).toEqual(["bee test test/1.png", "ant train train/1.png", "bee train train/2.png"]);
  const { notes, classNames } = await listImages(folder);
  expect(classNames).toEqual(["ant", "bee"]);
  expect(notes).toEqual(['its labels are those of "test/metadata.jsonl" and "train/metadata.csv"']);
});

test("images that lie in one folder are of the classes that their names begin with", async () => {
  const files = {
    "images/cat.0.jpg": 1,
    "images/cat.10.jpg": 2,
    "images/great_dane_1.jpg": 3,
    "images/great_dane_2.jpg": 4,
  };
  await writeFiles(folder, { ...files, "annotations/list.txt": "of no matter", "about.txt": "nor this" });
  expect(await listed()).toEqual([
    "cat - images/cat.0.jpg",
    "cat - images/cat.10.jpg",
    "great_dane - images/great_dane_1.jpg",
    "great_dane - images/great_dane_2.jpg",
  ]);
  const { notes, ignored } = await listImages(folder);
  expect(notes).toEqual([`its classes are the beginnings of the files' names, "cat" and "great_dane"`]);
  expect(ignored).toBe(1);
});

test.each([
  ["cameras gave", ["IMG_1.jpg", "IMG_2.jpg", "DSC0001.jpg", "DSC0002.jpg"]],
  ["are of one class", ["cat1.jpg", "cat2.jpg"]],
  ["say a class of one image", ["cat1.jpg", "cat2.jpg", "dog1.jpg"]],
  ["do not all say one", ["cat1.jpg", "cat2.jpg", "dog1.jpg", "dog2.jpg", "20231115.jpg"]],
])("names that %s are no classes", async (_, names) => {
  await writeFiles(folder, Object.fromEntries(names.map((name, at) => [name, at])));
  expect((await listImages(folder)).classNames).toEqual([]);
});
