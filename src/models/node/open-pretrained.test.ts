import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { file, serve } from "../../../test/support/file-server.ts";
import { ConfigError } from "../../core/index.ts";
import { locatePretrained } from "./locate.ts";
import { entryOf, openEntry, openPretrained, resolvePretrained } from "./open-pretrained.ts";
import { pretrained } from "../pretrained/table.ts";
import { tinyBytes, tinyEntry } from "./tiny-entry.fixture.ts";

const dataError = (message: string): object => ({ name: "DataError", message });
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

let folder: string;
let places: { modelsDir: string; cacheDir: string };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-open-"));
  places = { modelsDir: join(folder, "mine"), cacheDir: join(folder, "cache") };
});
afterEach(() => rm(folder, { recursive: true }));

async function put(path: string, bytes: Uint8Array = tinyBytes): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

describe("a name of the table", () => {
  test("is found in the models folder before the cache", async () => {
    expect(locatePretrained(tinyEntry, places)).toBeUndefined();
    const cached = await put(join(places.cacheDir, "models", "tiny-1.onnx"));
    expect(locatePretrained(tinyEntry, places)).toEqual({ from: "cache", path: cached });
    const mine = await put(join(places.modelsDir, "tiny-1.onnx"));
    expect(locatePretrained(tinyEntry, places)).toEqual({ from: "models folder", path: mine });
    expect(locatePretrained(tinyEntry, { ...places, modelsDir: "" })).toEqual({ from: "cache", path: cached });
  });

  test("is opened without the network where its file is here", async () => {
    const path = await put(join(places.modelsDir, "tiny-1.onnx"));
    const opened = await openEntry(tinyEntry, { ...places, allowDownload: false });
    expect({ ...opened, bytes: Uint8Array.from(opened.bytes) }).toEqual({
      bytes: tinyBytes,
      path,
      entry: tinyEntry,
      beside: null,
    });
  });

  test("is downloaded where it is not", async () => {
    await using server = await serve(file(tinyBytes));
    const opened = await openEntry(tinyEntry, { ...places, allowDownload: true, addresses: [server.url] });
    expect(opened.path).toBe(join(places.cacheDir, "models", "tiny-1.onnx"));
    expect(Uint8Array.from(opened.bytes)).toEqual(tinyBytes);
  });

  test("without leave to download says what to put where", async () => {
    const path = join(places.cacheDir, "models", "mnist-12.onnx");
    await expect(openPretrained("mnist-12", { ...places, allowDownload: false })).rejects.toMatchObject(
      dataError(
        "mnist-12: expected its file on this machine, got none and no leave to download it. " +
          "Run graft models fetch mnist-12 where there is a network. " +
          "Put mnist-12.onnx (26,143 bytes, SHA-256 5c688690f8bacf667d4c2074af5ad0646ca328d7ab03eccf944a65b320171bdd) " +
          `at ${path} or into a folder that GRAFT_MODELS_DIR names.`,
      ),
    );
  });

  test("with another file under it is refused, from both places", async () => {
    const other = tinyBytes.subarray(2);
    const expected = `expected tiny-1 with 50,000 bytes and SHA-256 ${tinyEntry.sha256}, got 49,998 bytes and ${sha256(other)}.`;
    const cached = await put(join(places.cacheDir, "models", "tiny-1.onnx"), other);
    await expect(openEntry(tinyEntry, { ...places, allowDownload: true })).rejects.toMatchObject(
      dataError(`${cached}: ${expected} Delete it; graft models fetch tiny-1 brings it anew.`),
    );
    const mine = await put(join(places.modelsDir, "tiny-1.onnx"), other);
    await expect(openEntry(tinyEntry, { ...places, allowDownload: true })).rejects.toMatchObject(
      dataError(`${mine}: ${expected} Put the right file there, or give another file by its path.`),
    );
  });
});

describe("anything else", () => {
  test("is a file if it is there, whatever it is called", async () => {
    const path = await put(join(folder, "net.bin"), new Uint8Array([8, 2, 3]));
    const { bytes, ...rest } = await openPretrained(path, { allowDownload: false });
    expect([...bytes]).toEqual([8, 2, 3]);
    expect(rest).toEqual({ path, entry: null, beside: null });
  });

  test("is a network of the table by its bytes, not by its name", () => {
    expect(entryOf(tinyBytes, [tinyEntry])).toBe(tinyEntry);
    expect(entryOf(tinyBytes.toReversed(), [tinyEntry])).toBeNull();
  });

  test("that is close to a name gets the nearest", () => {
    expect(() => resolvePretrained("resnet18-v1")).toThrow(
      new ConfigError(
        `pretrained network: expected one of ${Object.keys(pretrained).join(", ")}, got "resnet18-v1". ` +
          'Did you mean "resnet18-v1-7"?',
      ),
    );
  });

  test("that ends as files of networks do and is not there is a path, with the name it may stand for", () => {
    expect(() => resolvePretrained("models/mobilenetv2-12.onnx")).toThrow(
      new ConfigError(
        "models/mobilenetv2-12.onnx: expected a model file, got nothing there. Correct the path. " +
          'The pretrained network of that kind is called "mobilenetv2-12".',
      ),
    );
    expect(() => resolvePretrained("my/own.onnx")).toThrow(
      new ConfigError("my/own.onnx: expected a model file, got nothing there. Correct the path."),
    );
    expect(() => resolvePretrained("my/weights.pth")).toThrow(
      new ConfigError("my/weights.pth: expected a model file, got nothing there. Correct the path."),
    );
    expect(() => resolvePretrained(tmpdir())).toThrow(
      `${tmpdir()}: expected a model file, got a folder. Correct the path.`,
    );
  });
});
