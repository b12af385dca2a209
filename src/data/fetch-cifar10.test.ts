import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cutOff, file, serve, status } from "../../test/support/file-server.ts";
import { CIFAR10_FILES, readCifar10 } from "./cifar10.ts";
import { fetchCifar10 } from "./fetch-cifar10.ts";

const dataError = (message: string): object => ({ name: "DataError", message });

const WAY_OUT =
  "Put the .bin files of CIFAR-10's binary version into a folder and name it in GRAFT_DATA_DIR, " +
  "or use the built-in images with --data shapes10.";
const quick = { attempts: 2, backoffMs: 1, stallMs: 5000 };

let folder: string;
let cacheDir: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-fetch-"));
  cacheDir = join(folder, "cache");
});
afterEach(() => rm(folder, { recursive: true }));

/** An archive like the official one, with one record a file. */
async function archiveOf(names: readonly string[]): Promise<{ bytes: Uint8Array; md5: string }> {
  const inner = join(folder, "cifar-10-batches-bin");
  await mkdir(inner);
  for (const [label, name] of names.entries()) await writeFile(join(inner, name), new Uint8Array(3073).fill(label));
  const path = join(folder, "archive.tar.gz");
  await create({ gzip: true, file: path, cwd: folder }, ["cifar-10-batches-bin"]);
  const bytes = await readFile(path);
  return { bytes, md5: createHash("md5").update(bytes).digest("hex") };
}

test("the archive is brought, unpacked and removed; the second time nothing is asked for", async () => {
  const { bytes, md5 } = await archiveOf([...CIFAR10_FILES, "readme.html"]);
  await using server = await serve(cutOff(bytes, 100), file(bytes));
  const source = { url: server.url, md5 };
  const place = await fetchCifar10({ cacheDir, source, ...quick });
  expect(place).toBe(join(cacheDir, "cifar-10-batches-bin"));
  expect(await readdir(cacheDir)).toEqual(["cifar-10-batches-bin"]);
  expect([...(await readCifar10(place, { recordsPerFile: 1 })).train.labels]).toEqual([0, 1, 2, 3, 4]);
  expect(await fetchCifar10({ cacheDir, source, ...quick })).toBe(place);
  expect(server.requests.length).toBe(2);
});

test("a wrong checksum leaves nothing behind and says how to go on", async () => {
  const { bytes, md5 } = await archiveOf(CIFAR10_FILES);
  await using server = await serve(file(bytes));
  const source = { url: server.url, md5: "f".repeat(32) };
  await expect(fetchCifar10({ cacheDir, source, ...quick })).rejects.toMatchObject(
    dataError(
      `cifar10: ${server.url}: expected a file with MD5 ${"f".repeat(32)}, got ${md5}. ` +
        `The file was removed. ${WAY_OUT}`,
    ),
  );
  expect(await readdir(cacheDir)).toEqual([]);
});

test("an archive with other files leaves nothing behind", async () => {
  const { bytes, md5 } = await archiveOf([...CIFAR10_FILES, "run.sh"]);
  await using server = await serve(file(bytes));
  await expect(fetchCifar10({ cacheDir, source: { url: server.url, md5 }, ...quick })).rejects.toMatchObject(
    dataError(
      `cifar10: ${join(cacheDir, "cifar-10-binary.tar.gz")}: expected only the files of cifar-10-batches-bin, ` +
        `got the file "cifar-10-batches-bin/run.sh". ${WAY_OUT}`,
    ),
  );
  expect(await readdir(cacheDir)).toEqual([]);
});

test("without an answer it says what was tried and how to go on", async () => {
  await using server = await serve(status(503));
  await expect(fetchCifar10({ cacheDir, source: { url: server.url, md5: "" }, ...quick })).rejects.toMatchObject(
    dataError(
      `cifar10: ${server.url}: expected to download it in 2 attempts, got HTTP 503 Service Unavailable. ${WAY_OUT}`,
    ),
  );
});
