import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { takeLock, withLock } from "./lock.ts";

vi.mock(import("node:fs/promises"), async (original) => ({
  ...(await original()),
  link: () => Promise.reject(Object.assign(new Error("link"), { code: "EPERM" })),
}));

test("a file system without hard links has locks too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "graft-lock-"));
  const path = join(folder, "x.lock");
  try {
    await withLock(path, "writer", async () => {
      expect(await readdir(folder)).toEqual(["x.lock"]);
      await expect(takeLock(path, "writer")).rejects.toThrow(`got process ${process.pid} at work.`);
    });
    await writeFile(path, "");
    expect(await withLock(path, "writer", async () => readdir(folder))).toEqual(["x.lock"]);
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
