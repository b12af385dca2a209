import { join } from "node:path";
import { expect, test } from "vitest";
import { type CacheSurroundings, cacheDirectory } from "./cache.ts";

const cases: [string, CacheSurroundings, string][] = [
  ["GRAFT_CACHE_DIR wins", { env: { GRAFT_CACHE_DIR: "/c", XDG_CACHE_HOME: "/x" }, platform: "linux" }, "/c"],
  ["XDG_CACHE_HOME on Linux", { env: { XDG_CACHE_HOME: "/x" }, platform: "linux" }, join("/x", "graft")],
  ["~/.cache on Linux", { env: {}, platform: "linux", home: "/h" }, join("/h", ".cache", "graft")],
  [
    "empty variables count as none",
    { env: { GRAFT_CACHE_DIR: "", XDG_CACHE_HOME: "" }, platform: "linux", home: "/h" },
    join("/h", ".cache", "graft"),
  ],
  ["Library/Caches on macOS", { env: {}, platform: "darwin", home: "/h" }, join("/h", "Library", "Caches", "graft")],
  ["LOCALAPPDATA on Windows", { env: { LOCALAPPDATA: "/l" }, platform: "win32" }, join("/l", "graft")],
  ["AppData/Local on Windows", { env: {}, platform: "win32", home: "/h" }, join("/h", "AppData", "Local", "graft")],
];

test.each(cases)("%s", (_, surroundings, directory) => {
  expect(cacheDirectory(surroundings)).toBe(directory);
});
