import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, writeFiles } from "./image-files.fixture.ts";
import { openImageFolder } from "./open-image-folder.ts";

test("a pipe in an image's or a CSV file's place is named, not waited for", async () => {
  const [images, cache] = [await temporaryFolder(), await temporaryFolder()];
  const { folder } = images;
  const open = () => openImageFolder(folder, { imageShape: [1, 1, 1], cacheDir: cache.folder, skipUnreadable: true });
  try {
    await writeFiles(folder, {
      "train/bee/2.png": 20,
      "train/ant/1.png": 10,
      "test/ant/3.png": 30,
      "test/bee/4.png": 40,
    });
    spawnSync("mkfifo", [join(folder, "train", "ant", "pipe.png")]);
    expect((await open()).unreadable).toEqual([{ path: "train/ant/pipe.png", reason: "it is a pipe" }]);
    spawnSync("mkfifo", [join(folder, "labels.csv")]);
    await expect(open()).rejects.toThrow(
      `${join(folder, "labels.csv")}: expected a CSV file, got a pipe. Put the file itself there.`,
    );
  } finally {
    for (const { remove } of [images, cache]) await remove();
  }
});
