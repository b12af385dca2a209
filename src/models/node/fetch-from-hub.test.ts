import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { fetchFromHub } from "./fetch-from-hub.ts";
import { resolvePretrained } from "./open-pretrained.ts";
import { preparationBeside } from "./preparation-beside.ts";

const quick = { attempts: 2, backoffMs: 1, stallMs: 5000 };
const network = Buffer.from("the bytes of a network");
const weights = Buffer.alloc(3000, 7);
const settings = Buffer.from(JSON.stringify({ resample: 3, size: { shortest_edge: 256 } }));
const readme = Buffer.from("# A network\n");

/** What a repository holds, by path; what is large is kept apart, as the Hub does it. */
let files: Record<string, Buffer>;
/** The paths that were downloaded, in order. */
let downloads: string[];
/** What is sent instead of a file. */
let instead: Record<string, Buffer>;
let server: Server;
let cacheDir: string;

const hex = (algorithm: string, bytes: Buffer): string => createHash(algorithm).update(bytes).digest("hex");
const gitId = (bytes: Buffer): string => hex("sha1", Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]));
const entryOf = ([path, bytes]: [string, Buffer]): object => ({
  type: "file",
  path,
  size: bytes.length,
  oid: /\.(onnx|data|onnx_data)$/.test(path) ? "0".repeat(40) : gitId(bytes),
  ...(/\.(onnx|data|onnx_data)$/.test(path) ? { lfs: { oid: hex("sha256", bytes), size: bytes.length } } : {}),
});

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "graft-hub-"));
  [files, instead, downloads] = [{ "README.md": readme }, {}, []];
  server = createServer(({ url = "" }, response) => {
    if (url === "/api/models/some/net/tree/main?recursive=true") {
      const listing = [{ type: "directory", path: "onnx", oid: "", size: 0 }, ...Object.entries(files).map(entryOf)];
      return void response.end(JSON.stringify(listing));
    }
    const [, path = ""] = /^\/some\/net\/resolve\/main\/(.+)$/.exec(url) ?? [];
    const bytes = instead[path] ?? files[path];
    if (bytes === undefined) return void response.writeHead(404).end();
    downloads.push(path);
    response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("HF_ENDPOINT", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(cacheDir, { recursive: true });
});

const bring = (text: string): Promise<string> => fetchFromHub(text, { ...quick, cacheDir });

test("a network comes with weights of its own file and the settings of its images, and is asked for once", async () => {
  files = {
    ...files,
    "onnx/model.onnx": network,
    "onnx/model.onnx_data": weights,
    "onnx/model_quantized.onnx": readme,
    "preprocessor_config.json": settings,
  };
  const path = await bring("hf:some/net");
  expect(path).toBe(join(cacheDir, "models", "hub", "some", "net", "main", "onnx", "model.onnx"));
  expect(await readFile(path)).toEqual(network);
  expect(await readFile(`${path}_data`)).toEqual(weights);
  expect(preparationBeside(path)).toMatchObject({ interpolation: "bicubic", shorterSide: 256 });
  expect(downloads.toSorted()).toEqual(["onnx/model.onnx", "onnx/model.onnx_data", "preprocessor_config.json"]);
  await bring("hf:some/net/onnx/model.onnx@main");
  expect(downloads).toHaveLength(3);
});

test("what is here and is not what the Hub has is brought again", async () => {
  files["model.onnx"] = network;
  const path = await bring("hf:some/net");
  await writeFile(path, "other bytes of a network");
  await bring("hf:some/net");
  expect(await readFile(path)).toEqual(network);
});

test.each([
  ["model.onnx", "SHA-256"],
  ["preprocessor_config.json", "SHA-1"],
])("a %s of another checksum is refused", async (path, kind) => {
  files = { ...files, "model.onnx": network, "preprocessor_config.json": settings };
  instead[path] = readme;
  await expect(bring("hf:some/net")).rejects.toThrow(
    new RegExp(
      `resolve/main/${path}: expected a file with ${kind} [0-9a-f]+, got [0-9a-f]+\\. The file was removed\\.`,
    ),
  );
});

describe("one sentence", () => {
  test.each(["hf:some", "hf:some/net@", "hf:some/../net", "hf:some/net/a b.onnx"])("for %s", async (text) => {
    await expect(bring(text)).rejects.toThrow(
      new ConfigError(
        `${text}: expected hf:owner/name, hf:owner/name/path/of.onnx or one of them with @revision, got something else. ` +
          "Copy owner and name from the page of the network.",
      ),
    );
  });

  test("where there is no network, several, or none of the name", async () => {
    await expect(bring("hf:some/net")).rejects.toThrow(
      "hf:some/net: expected an .onnx file in it, got none. Name another repository.",
    );
    files = { ...files, "a.onnx": network, "b.onnx": readme };
    const names = "Name one: hf:some/net/a.onnx, hf:some/net/b.onnx.";
    await expect(bring("hf:some/net")).rejects.toThrow(
      `hf:some/net: expected one of its files, got several to choose from. ${names}`,
    );
    await expect(bring("hf:some/net/c.onnx")).rejects.toThrow(
      `hf:some/net/c.onnx: expected one of its files, got none of that name. ${names}`,
    );
  });

  test("where the Hub does not show the repository, answers something else, or is not there", async () => {
    await expect(bring("hf:some/other")).rejects.toThrow(
      /api\/models\/some\/other\/tree\/main\?recursive=true: expected the files of some\/other at main, got status 404; is the name right/,
    );
    vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:1");
    await expect(bring("hf:some/net")).rejects.toThrow(/expected the files of some\/net at main, got no answer \(/);
  });

  test("where a study names the Hub itself", () => {
    expect(() => resolvePretrained("hf:some/net")).toThrow(
      "hf:some/net: expected a network on this machine, got one on the Hub. Bring it here with graft models fetch " +
        "hf:some/net, which says the path to name.",
    );
  });
});
