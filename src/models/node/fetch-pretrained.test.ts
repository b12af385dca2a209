import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cutOff, file, serve, stall, status } from "../../../test/support/file-server.ts";
import { NotYetError } from "../../core/index.ts";
import type { DownloadProgress } from "../../download/index.ts";
import { fetchPretrained } from "./fetch-pretrained.ts";
import { tinyBytes, tinyEntry } from "./tiny-entry.fixture.ts";

const quick = { attempts: 2, backoffMs: 1, stallMs: 5000 };
const dataError = (message: string): object => ({ name: "DataError", message });

let cacheDir: string;
let path: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "graft-models-"));
  path = join(cacheDir, "models", "tiny-1.onnx");
});
afterEach(() => rm(cacheDir, { recursive: true }));

const files = (): Promise<string[]> => readdir(join(cacheDir, "models"));

test("a file arrives whole in the cache, and is not asked for again", async () => {
  await using server = await serve(file(tinyBytes));
  const told: DownloadProgress[] = [];
  const options = { ...quick, cacheDir, addresses: [server.url] };
  expect(await fetchPretrained(tinyEntry, { ...options, onProgress: (progress) => told.push(progress) })).toBe(path);
  expect(Buffer.compare(await readFile(path), tinyBytes)).toBe(0);
  expect(told.at(-1)).toEqual({ receivedBytes: 50_000, totalBytes: 50_000 });
  expect(await fetchPretrained(tinyEntry, options)).toBe(path);
  expect(server.requests.length).toBe(1);
  expect(await files()).toEqual(["tiny-1.onnx"]);
});

test("progress has a total also where the server does not say it", async () => {
  await using server = await serve((_request, response) => {
    response.writeHead(200, { etag: '"v1"' });
    response.end(tinyBytes);
  });
  const told: DownloadProgress[] = [];
  await fetchPretrained(tinyEntry, {
    ...quick,
    cacheDir,
    addresses: [server.url],
    onProgress: (progress) => told.push(progress),
  });
  expect(told[0]).toEqual({ receivedBytes: 0, totalBytes: 50_000 });
});

test("a download that breaks goes on where it stopped", async () => {
  await using server = await serve(cutOff(tinyBytes, 20_000), file(tinyBytes));
  await fetchPretrained(tinyEntry, { ...quick, cacheDir, addresses: [server.url] });
  expect(server.requests.map(({ range }) => range)).toEqual([undefined, "bytes=20000-"]);
});

test("a cancelled download goes on where it stopped", async () => {
  await using server = await serve(stall(tinyBytes, 30_000), file(tinyBytes));
  const controller = new AbortController();
  const options = { ...quick, cacheDir, addresses: [server.url] };
  const cancelled = fetchPretrained(tinyEntry, {
    ...options,
    signal: controller.signal,
    onProgress: ({ receivedBytes }) => {
      if (receivedBytes === 30_000) controller.abort(new Error("enough"));
    },
  });
  await expect(cancelled).rejects.toThrow(new Error("enough"));
  expect(await files()).toEqual(["tiny-1.onnx.part", "tiny-1.onnx.part.json"]);
  await fetchPretrained(tinyEntry, options);
  expect(server.requests[1].range).toBe("bytes=30000-");
  expect(await files()).toEqual(["tiny-1.onnx"]);
});

test("where one address fails the next one is asked", async () => {
  await using gone = await serve(status(404));
  await using server = await serve(file(tinyBytes));
  expect(await fetchPretrained(tinyEntry, { ...quick, cacheDir, addresses: [gone.url, server.url] })).toBe(path);
});

test("another file is refused and removed, with every reason and what to put where", async () => {
  await using gone = await serve(status(404));
  await using server = await serve(file(tinyBytes.subarray(1)));
  const wrong = createHash("sha256").update(tinyBytes.subarray(1)).digest("hex");
  await expect(
    fetchPretrained(tinyEntry, { ...quick, cacheDir, addresses: [gone.url, server.url] }),
  ).rejects.toMatchObject(
    dataError(
      `tiny-1: ${gone.url}: expected to download it, got HTTP 404 Not Found. ` +
        `${server.url}: expected a file with SHA-256 ${tinyEntry.sha256}, got ${wrong}. The file was removed. ` +
        `Put tiny-1.onnx (50,000 bytes, SHA-256 ${tinyEntry.sha256}) at ${path} ` +
        "or into a folder that GRAFT_MODELS_DIR names.",
    ),
  );
  expect(await files()).toEqual([]);
});

test("a second download of the same file is refused while the first is at work", async () => {
  await using server = await serve(file(tinyBytes));
  const lock = `${path}.lock`;
  await using first = await serve(stall(tinyBytes, 10));
  const controller = new AbortController();
  const started = Promise.withResolvers<void>();
  const held = fetchPretrained(tinyEntry, {
    ...quick,
    cacheDir,
    addresses: [first.url],
    signal: controller.signal,
    onProgress: () => started.resolve(),
  });
  await started.promise;
  await expect(fetchPretrained(tinyEntry, { ...quick, cacheDir, addresses: [server.url] })).rejects.toThrow(
    new NotYetError(
      `${lock}: expected no other download into this folder, got process ${process.pid} at work. ` +
        "Wait until it has ended; where it was killed elsewhere, that is known after two minutes.",
      { isLocked: true },
    ),
  );
  controller.abort(new Error("enough"));
  await expect(held).rejects.toThrow("enough");
});

test("a file that was put there by hand is left as it is", async () => {
  await using server = await serve(file(tinyBytes));
  await fetchPretrained(tinyEntry, { ...quick, cacheDir, addresses: [server.url] });
  await writeFile(path, "mine");
  await fetchPretrained(tinyEntry, { ...quick, cacheDir, addresses: [server.url] });
  expect(await readFile(path, "utf8")).toBe("mine");
});
