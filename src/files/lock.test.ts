import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ConfigError } from "../core/index.ts";
import { removeStaleLock, withLock } from "./lock.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-lock-"));
  path = join(folder, "x.lock");
});
afterEach(() => rm(folder, { recursive: true }));

test("the lock names this process while the work runs, and is gone afterwards", async () => {
  const seen = await withLock(path, "download into this folder", () => readFile(path, "utf8"));
  expect(seen).toBe(`${process.pid}\n`);
  await expect(withLock(path, "download into this folder", () => Promise.reject(new Error("failed")))).rejects.toThrow(
    new Error("failed"),
  );
  expect(await readdir(folder)).toEqual([]);
});

test("a second holder is refused, and the first keeps its lock", async () => {
  await withLock(path, "download into this folder", async () => {
    await expect(withLock(path, "download into this folder", async () => 1)).rejects.toThrow(
      new ConfigError(
        `${path}: expected no other download into this folder, got process ${process.pid} at work. ` +
          "Wait until it has ended; remove the file if that process is not Graft.",
      ),
    );
    expect(await readdir(folder)).toEqual(["x.lock"]);
  });
});

test("the lock of a process that has ended is taken over", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  await writeFile(path, `${pid}\n`);
  expect(await withLock(path, "download into this folder", async () => "done")).toBe("done");
  // one with the number of this process is from before a restart
  await writeFile(path, `${process.pid}\n`);
  expect(await withLock(path, "download into this folder", async () => "done")).toBe("done");
});

test("a stale lock is removed, that of a process at work is not", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  await writeFile(path, `${pid}\n`);
  await removeStaleLock(path);
  expect(await readdir(folder)).toEqual([]);
  // process 1 is always there
  await writeFile(path, "1\n");
  await removeStaleLock(path);
  expect(await readdir(folder)).toEqual(["x.lock"]);
  await rm(path);
  await withLock(path, "download into this folder", async () => {
    await removeStaleLock(path);
    expect(await readdir(folder)).toEqual(["x.lock"]);
  });
});
