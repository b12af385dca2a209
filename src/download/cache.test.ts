import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { ConfigError } from "../core/index.ts";
import { type CacheSurroundings, cacheDirectory, prepareCache } from "./cache.ts";

const cases: [string, CacheSurroundings, string][] = [
  ["GRAFT_CACHE_DIR wins", { env: { GRAFT_CACHE_DIR: "/c", XDG_CACHE_HOME: "/x" }, platform: "linux" }, "/c"],
  ["XDG_CACHE_HOME on Linux", { env: { XDG_CACHE_HOME: "/x" }, platform: "linux" }, join("/x", "graft")],
  ["~/.cache on Linux", { env: {}, platform: "linux", home: () => "/h" }, join("/h", ".cache", "graft")],
  [
    "empty variables count as none",
    { env: { GRAFT_CACHE_DIR: "", XDG_CACHE_HOME: "" }, platform: "linux", home: () => "/h" },
    join("/h", ".cache", "graft"),
  ],
  [
    "Library/Caches on macOS",
    { env: {}, platform: "darwin", home: () => "/h" },
    join("/h", "Library", "Caches", "graft"),
  ],
  ["LOCALAPPDATA on Windows", { env: { LOCALAPPDATA: "/l" }, platform: "win32" }, join("/l", "graft")],
  [
    "AppData/Local on Windows",
    { env: {}, platform: "win32", home: () => "/h" },
    join("/h", "AppData", "Local", "graft"),
  ],
];

test.each(cases)("%s", (_, surroundings, directory) => {
  expect(cacheDirectory(surroundings)).toBe(directory);
});

test("a user without a home folder is asked for one only where it decides", () => {
  const home = (): string => {
    throw new Error("ENOENT: no such file or directory, uv_os_homedir");
  };
  expect(cacheDirectory({ env: { GRAFT_CACHE_DIR: "/c" }, platform: "linux", home })).toBe("/c");
  expect(() => cacheDirectory({ env: {}, platform: "linux", home })).toThrow(
    new ConfigError(
      "cache: expected a home folder to keep it in, found none. Name a folder for the cache in GRAFT_CACHE_DIR.",
    ),
  );
});

test("a cache is made, or one sentence says why it cannot be", async () => {
  const folder = await mkdtemp(join(tmpdir(), "graft-cache-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await expect(prepareCache(join(folder, "new", "cache"))).resolves.toBeUndefined();
  writeFileSync(join(folder, "file"), "");
  const place = join(folder, "file", "cache");
  await expect(prepareCache(place)).rejects.toThrow(
    new ConfigError(
      `cache: expected a folder that can be written to, got "${place}" (ENOTDIR). Name another in GRAFT_CACHE_DIR.`,
    ),
  );
});
