import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readFileOf } from "./read-file.ts";

const dataError = (message: string): object => ({ name: "DataError", message });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-read-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a file is read whole; a missing one, a folder and one that is too large are named", async () => {
  const path = join(folder, "data");
  await expect(readFileOf("an IDX file", path)).rejects.toMatchObject(
    dataError(`${path}: expected an IDX file, got no such file. Put the file there.`),
  );
  await writeFile(path, Uint8Array.of(1, 2, 3));
  expect([...(await readFileOf("an IDX file", path))]).toEqual([1, 2, 3]);
  await truncate(path, 2 ** 30 + 1);
  await expect(readFileOf("an IDX file", path)).rejects.toMatchObject(
    dataError(`${path}: expected an IDX file of at most 1073741824 bytes, got 1073741825. Name the right file.`),
  );
  await expect(readFileOf("a NumPy file (.npz)", folder)).rejects.toMatchObject(
    dataError(`${folder}: expected a NumPy file (.npz), got a folder. Put the file there.`),
  );
});
