/** @file The folder in which downloads are kept, shared by all studies. */

import { homedir } from "node:os";
import { join } from "node:path";

/** What decides where the cache is. */
export interface CacheSurroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
}

/**
 * `$GRAFT_CACHE_DIR`, else `graft` in the platform's folder for the caches of a user.
 *
 * That is `$XDG_CACHE_HOME` or `~/.cache`; on macOS `~/Library/Caches`; on
 * Windows `%LOCALAPPDATA%`. The folder need not exist.
 */
export function cacheDirectory({
  env = process.env,
  platform = process.platform,
  home = homedir(),
}: CacheSurroundings = {}): string {
  if (env["GRAFT_CACHE_DIR"]) return env["GRAFT_CACHE_DIR"];
  return join(userCacheDirectory(env, platform, home), "graft");
}

function userCacheDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): string {
  if (platform === "win32") return env["LOCALAPPDATA"] || join(home, "AppData", "Local");
  if (platform === "darwin") return join(home, "Library", "Caches");
  return env["XDG_CACHE_HOME"] || join(home, ".cache");
}
