import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answer, cutOff, file, serve, status } from "../../../test/support/file-server.ts";
import { CIFAR10_FILES, readCifar10 } from "./cifar10.ts";
import { type FetchedDataset, fetchOfficial } from "./fetch-official.ts";
import { type Publication, officialDatasets } from "./official-dataset.ts";

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

/** CIFAR-10 as published at another address. */
function cifar10At(url: string, md5: string): FetchedDataset {
  const archive = { name: "cifar-10-binary.tar.gz", urls: [url], md5, sizeBytes: 0 };
  const { maxBytes } = officialDatasets.cifar10.publication as Extract<Publication, { archive: unknown }>;
  return { ...officialDatasets.cifar10, publication: { archive, maxBytes } };
}

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
  const dataset = cifar10At(server.url, md5);
  const place = await fetchOfficial(dataset, { cacheDir, ...quick });
  expect(place).toBe(join(cacheDir, "cifar-10-batches-bin"));
  expect(await readdir(cacheDir)).toEqual(["cifar-10-batches-bin"]);
  expect([...(await readCifar10(place, { recordsPerFile: 1 })).train.labels]).toEqual([0, 1, 2, 3, 4]);
  expect(await fetchOfficial(dataset, { cacheDir, ...quick })).toBe(place);
  expect(server.requests.length).toBe(2);
});

test("a wrong checksum leaves nothing behind and says how to go on", async () => {
  const { bytes, md5 } = await archiveOf(CIFAR10_FILES);
  await using server = await serve(file(bytes));
  const dataset = cifar10At(server.url, "f".repeat(32));
  await expect(fetchOfficial(dataset, { cacheDir, ...quick })).rejects.toMatchObject(
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
  await expect(fetchOfficial(cifar10At(server.url, md5), { cacheDir, ...quick })).rejects.toMatchObject(
    dataError(
      `cifar10: ${join(cacheDir, "cifar-10-binary.tar.gz")}: expected only the files of cifar-10-batches-bin, ` +
        `got the file "cifar-10-batches-bin/run.sh". ${WAY_OUT}`,
    ),
  );
  expect(await readdir(cacheDir)).toEqual([]);
});

test("without an answer it says what was tried and how to go on", async () => {
  await using server = await serve(status(503));
  await expect(fetchOfficial(cifar10At(server.url, ""), { cacheDir, ...quick })).rejects.toMatchObject(
    dataError(
      `cifar10: ${server.url}: expected to download it in 2 attempts, got HTTP 503 Service Unavailable. ${WAY_OUT}`,
    ),
  );
});

describe("a data set of single files", () => {
  const contents: Readonly<Record<string, Uint8Array>> = {
    "train-images-idx3-ubyte.gz": Uint8Array.of(1, 2, 3),
    "train-labels-idx1-ubyte.gz": Uint8Array.of(4, 5),
  };

  /** MNIST, with two small files, at the addresses in order. */
  function mnistAt(...mirrors: readonly string[]): FetchedDataset {
    const files = Object.entries(contents).map(([name, bytes]) => ({
      name,
      urls: mirrors.map((mirror) => new URL(name, mirror).href),
      md5: createHash("md5").update(bytes).digest("hex"),
      sizeBytes: bytes.length,
    }));
    return { ...officialDatasets.mnist, publication: { files } };
  }

  const byName: Answer = (request, response) => file(contents[String(request.url).slice(1)])(request, response);

  test("appears once all files are there; its progress counts them together", async () => {
    await using server = await serve(byName);
    const progress: string[] = [];
    const place = await fetchOfficial(mnistAt(server.url), {
      cacheDir,
      ...quick,
      onProgress: ({ receivedBytes, totalBytes }) => progress.push(`${receivedBytes}/${totalBytes}`),
    });
    expect(place).toBe(join(cacheDir, "mnist"));
    expect(await readdir(cacheDir)).toEqual(["mnist"]);
    expect((await readdir(place)).sort()).toEqual(Object.keys(contents));
    expect(progress).toEqual(["0/5", "3/5", "3/5", "5/5"]);
    expect(await fetchOfficial(mnistAt(server.url), { cacheDir, ...quick })).toBe(place);
    expect(server.requests.length).toBe(2);
  });

  test("goes on with the files that are missing, and takes the next address where one fails", async () => {
    await using broken = await serve(byName, status(404));
    await expect(fetchOfficial(mnistAt(broken.url), { cacheDir, ...quick })).rejects.toMatchObject(
      dataError(
        `mnist: ${new URL("train-labels-idx1-ubyte.gz", broken.url).href}: expected to download it, got HTTP 404 ` +
          "Not Found. Put MNIST's four .gz files into a folder and name it in GRAFT_DATA_DIR, " +
          "or use the built-in images with --data shapes10.",
      ),
    );
    expect(await readdir(cacheDir)).toEqual(["mnist.incomplete"]);
    await using server = await serve(byName);
    await fetchOfficial(mnistAt(broken.url, server.url), { cacheDir, ...quick });
    expect(await readdir(cacheDir)).toEqual(["mnist"]);
    expect([broken.requests.length, server.requests.length]).toEqual([3, 1]);
  });
});

test("the CIFAR-100 sets share one download", () => {
  const { cifar100, "cifar100-coarse": coarse } = officialDatasets;
  expect(coarse.publication).toEqual(cifar100.publication);
  expect(coarse.folder).toBe(cifar100.folder);
});
