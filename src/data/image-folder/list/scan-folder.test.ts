import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { temporaryFolder } from "../image-files.fixture.ts";
import { statFiles } from "./scan-folder.ts";

test.each([
  { disk: "quick", stepMs: 0 },
  { disk: "slow", stepMs: 1e6 },
])(
  "on a $disk disk every file has its size, links lead to theirs, and what is not there has none",
  async ({ stepMs }) => {
    const { folder, remove } = await temporaryFolder();
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += stepMs));
    try {
      // more than are asked about at once
      const paths = Array.from({ length: 1100 }, (_, at) => `${at}.bin`);
      await Promise.all(paths.map((path, at) => writeFile(join(folder, path), new Uint8Array(at % 50))));
      await symlink("nowhere", join(folder, "out"));
      await symlink(join(folder, "7.bin"), join(folder, "in"));
      const files = await statFiles(folder, [...paths, "out", "in", "missing"]);
      expect(files.map(({ path }) => path)).toEqual([...paths, "out", "in", "missing"]);
      expect(files.map(({ sizeBytes }) => sizeBytes)).toEqual([...paths.map((_, at) => at % 50), -1, 7, -1]);
    } finally {
      clock.mockRestore();
      await remove();
    }
  },
);
