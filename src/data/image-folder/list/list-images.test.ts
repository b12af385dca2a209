import { link, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigError, DataError } from "../../../core/index.ts";
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
  const { images, ignored, outside, passedOver } = await listImages(folder);
  expect([images.length, ignored, outside, passedOver]).toEqual([2, 2, 2, 2]);
});

test("an image under the name of another kind of file is an image", async () => {
  await writeFiles(folder, { "a/1.dat": 1, "b/2": 1, "b/3.txt": "no image" });
  expect(await listed()).toEqual(["a - a/1.dat", "b - b/2"]);
});

test("an empty folder is a class without images", async () => {
  await writeFiles(folder, { "a/1.png": 1 });
  await mkdir(join(folder, "empty.jpg"));
  expect((await listImages(folder)).classNames).toEqual(["a", "empty.jpg"]);
});

test("names may hold line feeds, dashes and any letters", async () => {
  await writeFiles(folder, { "-a/-1.png": 1, "b\nc/2\n.png": 1, "猫/ねこ[page=1].png": 1 });
  expect(await listed()).toEqual(["-a - -a/-1.png", "b\nc - b\nc/2\n.png", "猫 - 猫/ねこ[page=1].png"]);
});

test("links are followed to files inside of the folder, and nowhere else", async () => {
  const other = await temporaryFolder();
  try {
    await writeFiles(other.folder, { "secret.png": 1 });
    await writeFiles(folder, { "a/1.png": 1, "b/2.png": 1 });
    await symlink(join(folder, "a/1.png"), join(folder, "b/inside.png"));
    await symlink(join(other.folder, "secret.png"), join(folder, "b/outside.png"));
    await symlink(other.folder, join(folder, "c"));
    await symlink(folder, join(folder, "a/round"));
    await symlink("nowhere", join(folder, "a/broken.png"));
    await link(join(folder, "a/1.png"), join(folder, "a/hard.png"));
    const { images, classNames, passedOver } = await listImages(folder);
    expect(images.map(({ path }) => path)).toEqual(["a/1.png", "a/hard.png", "b/2.png", "b/inside.png"]);
    expect([classNames, passedOver]).toEqual([["a", "b"], 4]);
  } finally {
    await other.remove();
  }
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

test("a CSV file leads out of its folder through no link", async () => {
  const other = await temporaryFolder();
  try {
    await writeFiles(other.folder, { "secret.png": 1 });
    await writeFiles(folder, { "labels.csv": "out/secret.png,ant\n", "one.csv": "link.png,ant\n" });
    await symlink(other.folder, join(folder, "out"));
    await symlink(join(other.folder, "secret.png"), join(folder, "link.png"));
    const csv = join(folder, "labels.csv");
    await expect(listImages(folder)).rejects.toThrow(
      new DataError(
        `${csv}: expected images in the folder of the CSV file, got "out", a link that leads out of it. ` +
          "Put the images into the folder.",
        { location: { path: csv } },
      ),
    );
    expect((await listImages(join(folder, "one.csv"))).images[0].sizeBytes).toBe(-1);
  } finally {
    await other.remove();
  }
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
});
