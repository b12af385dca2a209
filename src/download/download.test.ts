import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cutOff, file, serve, stall, status, writeThenBreak } from "../../test/support/file-server.ts";
import { type Checksum, type DownloadOptions, download } from "./download.ts";
import type { DownloadProgress } from "./transfer-file.ts";

const dataError = (message: string): object => ({ name: "DataError", message });

const bytes = Uint8Array.from({ length: 200_000 }, (_, at) => (at * at) >> 7);
const md5 = createHash("md5").update(bytes).digest("hex");
const checksum: Checksum = { algorithm: "md5", hex: md5 };
const quick: DownloadOptions = { attempts: 3, backoffMs: 1, stallMs: 5000 };

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-download-"));
  path = join(folder, "file.tar.gz");
});
afterEach(() => rm(folder, { recursive: true }));

/** What is there after a download. */
async function arrived(): Promise<{ identical: boolean; files: string[] }> {
  return { identical: Buffer.compare(await readFile(path), bytes) === 0, files: await readdir(folder) };
}

const whole = { identical: true, files: ["file.tar.gz"] };

test("a file arrives whole, with its progress told", async () => {
  await using server = await serve(file(bytes));
  const told: DownloadProgress[] = [];
  await download(server.url, path, { ...quick, checksum, onProgress: (progress) => told.push(progress) });
  expect(await arrived()).toEqual(whole);
  expect(told[0]).toEqual({ receivedBytes: 0, totalBytes: 200_000 });
  expect(told.at(-1)).toEqual({ receivedBytes: 200_000, totalBytes: 200_000 });
});

test("a download that breaks goes on where it stopped", async () => {
  await using server = await serve(cutOff(bytes, 70_000), file(bytes));
  const told: DownloadProgress[] = [];
  await download(server.url, path, { ...quick, checksum, onProgress: (progress) => told.push(progress) });
  expect(await arrived()).toEqual(whole);
  expect(server.requests).toEqual([
    { range: undefined, ifRange: undefined },
    { range: "bytes=70000-", ifRange: '"v1"' },
  ]);
  expect(told).toContainEqual({ receivedBytes: 70_000, totalBytes: 200_000 });
});

test("a download goes on in the next process", async () => {
  await using server = await serve(cutOff(bytes, 70_000), status(404), file(bytes));
  await expect(download(server.url, path, { ...quick, checksum })).rejects.toMatchObject(
    dataError(`${server.url}: expected to download it, got HTTP 404 Not Found.`),
  );
  await download(server.url, path, { ...quick, checksum });
  expect(await arrived()).toEqual(whole);
  expect(server.requests[2].range).toBe("bytes=70000-");
});

test("a server that ignores ranges makes it start over", async () => {
  await using server = await serve(cutOff(bytes, 70_000), file(bytes, { ranges: false }));
  await download(server.url, path, { ...quick, checksum });
  expect(await arrived()).toEqual(whole);
});

test("a file that changed in the meantime makes it start over", async () => {
  await using server = await serve(cutOff(Uint8Array.from(bytes).fill(1), 70_000, { etag: '"v0"' }), file(bytes));
  await download(server.url, path, { ...quick, checksum });
  expect(await arrived()).toEqual(whole);
  expect(server.requests[1].ifRange).toBe('"v0"');
});

test("the date stands in for a weak tag, and without either it starts over", async () => {
  const modified = "Wed, 21 Oct 2015 07:28:00 GMT";
  const dated = cutOff(bytes, 70_000, { etag: 'W/"v1"', "last-modified": modified });
  await using server = await serve(dated, cutOff(bytes, 80_000, {}), file(bytes));
  await download(server.url, path, { ...quick, checksum });
  expect(await arrived()).toEqual(whole);
  expect(server.requests.map(({ ifRange }) => ifRange)).toEqual([undefined, modified, undefined]);
});

test("a part longer than the file makes it start over", async () => {
  await writeFile(`${path}.part`, new Uint8Array(300_000));
  await using server = await serve(status(416), file(bytes));
  await writeFile(`${path}.part.json`, JSON.stringify({ url: server.url, validator: '"v1"' }));
  await download(server.url, path, { ...quick, checksum });
  expect(await arrived()).toEqual(whole);
  expect(server.requests.map(({ range }) => range)).toEqual(["bytes=300000-", undefined]);
});

test("a range other than the one asked for is not joined", async () => {
  await using server = await serve(
    cutOff(bytes, 70_000),
    (_request, response) => {
      response.writeHead(206, { "content-range": "bytes 0-199999/200000" });
      response.end(bytes);
    },
    file(bytes),
  );
  await download(server.url, path, { ...quick, checksum });
  expect(await arrived()).toEqual(whole);
});

test("a complete part needs no request", async () => {
  await using server = await serve(status(500));
  await writeFile(`${path}.part`, bytes);
  const note = { url: server.url, validator: '"v1"', totalBytes: bytes.length };
  await writeFile(`${path}.part.json`, JSON.stringify(note));
  await download(server.url, path, { ...quick, checksum });
  expect(await arrived()).toEqual(whole);
  expect(server.requests).toEqual([]);
});

test("a part of another address, or with a damaged note, is not used", async () => {
  await using server = await serve(file(bytes));
  for (const note of [JSON.stringify({ url: "http://elsewhere", validator: '"v1"' }), '{"url":']) {
    await writeFile(`${path}.part`, new Uint8Array(10));
    await writeFile(`${path}.part.json`, note);
    await download(server.url, path, { ...quick, checksum });
    expect(await arrived()).toEqual(whole);
  }
  expect(server.requests.map(({ range }) => range)).toEqual([undefined, undefined]);
});

test("a stalled connection is given up and resumed", async () => {
  await using server = await serve(stall(bytes, 50_000), file(bytes));
  await download(server.url, path, { ...quick, checksum, stallMs: 150 });
  expect(await arrived()).toEqual(whole);
  expect(server.requests[1].range).toBe("bytes=50000-");
});

test("a server that is busy is asked again, and one that stays so is named", async () => {
  await using server = await serve(status(503), status(429), file(bytes));
  await download(server.url, path, { ...quick, checksum });
  expect(await arrived()).toEqual(whole);
  await using busy = await serve(status(503));
  await expect(download(busy.url, path, { ...quick, checksum })).rejects.toMatchObject(
    dataError(`${busy.url}: expected to download it in 3 attempts, got HTTP 503 Service Unavailable.`),
  );
  expect(busy.requests.length).toBe(3);
});

test("attempts that bring something do not count", async () => {
  await using server = await serve(
    ...[40_000, 80_000, 120_000, 160_000].map((end): ReturnType<typeof cutOff> => (request, response) => {
      const from = Number(/\d+/.exec(request.headers.range ?? "0")?.[0]);
      const range = { "content-range": `bytes ${from}-199999/200000` };
      response.writeHead(from === 0 ? 200 : 206, { ...range, etag: '"v1"', "content-length": bytes.length - from });
      writeThenBreak(response, bytes.subarray(from, end));
    }),
    file(bytes),
  );
  await download(server.url, path, { ...quick, attempts: 2, checksum });
  expect(await arrived()).toEqual(whole);
  expect(server.requests.length).toBe(5);
});

test("a file with another checksum is removed", async () => {
  await using server = await serve(file(bytes));
  await expect(
    download(server.url, path, { ...quick, checksum: { ...checksum, hex: "0".repeat(32) } }),
  ).rejects.toMatchObject(
    dataError(
      `${server.url}: expected a file with MD5 00000000000000000000000000000000, got ${md5}. The file was removed.`,
    ),
  );
  expect(await readdir(folder)).toEqual([]);
});

test("a file with another SHA-256 is removed too", async () => {
  await using server = await serve(file(bytes));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const wrong: Checksum = { algorithm: "sha256", hex: "f".repeat(64) };
  await expect(download(server.url, path, { ...quick, checksum: wrong })).rejects.toMatchObject(
    dataError(`${server.url}: expected a file with SHA-256 ${"f".repeat(64)}, got ${sha256}. The file was removed.`),
  );
  await download(server.url, path, { ...quick, checksum: { algorithm: "sha256", hex: sha256 } });
  expect(await arrived()).toEqual(whole);
});

test("nobody at the address is said with the reason", async () => {
  const server = await serve(status(500));
  await server[Symbol.asyncDispose]();
  const port = new URL(server.url).port;
  await expect(download(server.url, path, { ...quick, checksum })).rejects.toMatchObject(
    dataError(`${server.url}: expected to download it in 3 attempts, got connect ECONNREFUSED 127.0.0.1:${port}.`),
  );
});

test("an abort ends it at once and keeps what came", async () => {
  await using server = await serve(stall(bytes, 50_000));
  const controller = new AbortController();
  const onProgress = ({ receivedBytes }: DownloadProgress): void => {
    if (receivedBytes === 50_000) controller.abort(new Error("enough"));
  };
  await expect(
    download(server.url, path, { ...quick, checksum, onProgress, signal: controller.signal }),
  ).rejects.toThrow(new Error("enough"));
  expect((await readFile(`${path}.part`)).length).toBe(50_000);
});
