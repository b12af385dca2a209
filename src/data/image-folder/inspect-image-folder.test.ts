import { afterEach, beforeEach, expect, test } from "vitest";
import sharp from "sharp";
import { pngOf, temporaryFolder, writeFiles } from "./image-files.fixture.ts";
import { inspectImageFolder } from "./inspect-image-folder.ts";

let folder: string;
let remove: () => Promise<void>;
beforeEach(async () => ({ folder, remove } = await temporaryFolder()));
afterEach(() => remove());

test("files are counted by class, part and format, with their sizes and copies", async () => {
  const wide = await pngOf([1, 2, 3], { width: 30, height: 10 });
  const turned = await sharp(wide).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  await writeFiles(folder, {
    "train/ant/1.png": wide,
    "train/bee/2.png": wide,
    "val/bee/3.jpg": turned,
    "test/ant/4.png": 5,
    "test/ant/5.jpg": "no image",
    "test/ant/notes.txt": "x",
    "loose.png": 1,
    ".hidden": "x",
  });
  const { name, ...inspection } = await inspectImageFolder(folder);
  expect(folder.endsWith(name)).toBe(true);
  expect(inspection).toEqual({
    classes: [
      { className: "ant", train: 1, validation: 0, test: 2, undivided: 0 },
      { className: "bee", train: 1, validation: 1, test: 0, undivided: 0 },
    ],
    sizes: {
      smallest: { width: 4, height: 4 },
      median: { width: 10, height: 30 },
      largest: { width: 30, height: 10 },
    },
    formats: [
      { kind: "PNG", count: 3 },
      { kind: "JPEG", count: 1 },
    ],
    copies: [["train/ant/1.png", "train/bee/2.png"]],
    ignored: 1,
    outside: 1,
    hidden: 1,
    notes: [],
  });
});

test("a folder without images is looked over too", async () => {
  await writeFiles(folder, { "a/b.txt": "x" });
  const { classes, sizes, formats } = await inspectImageFolder(folder);
  expect([classes, sizes, formats]).toEqual([[], undefined, []]);
});
