/** @file The folder in which downloads are kept, shared by all studies. */

import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../core/index.ts";

/** What decides where the cache is. */
export interface CacheSurroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  /** Asked only where the home folder decides. */
  readonly home?: () => string;
}

/**
 * `$GRAFT_CACHE_DIR`, else `graft` in the platform's folder for the caches of a user.
 *
 * That is `$XDG_CACHE_HOME` or `~/.cache`; on macOS `~/Library/Caches`; on
 * Windows `%LOCALAPPDATA%`. The folder need not exist.
 *
 * @throws ConfigError if it is for the home folder to decide and there is none, as in a container run by another user.
 */
export function cacheDirectory({
  env = process.env,
  platform = process.platform,
  home = homedir,
}: CacheSurroundings = {}): string {
  if (env["GRAFT_CACHE_DIR"]) return env["GRAFT_CACHE_DIR"];
  return join(userCacheDirectory(env, platform, home), "graft");
}

function userCacheDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: () => string,
): string {
  if (platform === "win32") return env["LOCALAPPDATA"] || join(homeFolder(home), "AppData", "Local");
  if (platform === "darwin") return join(homeFolder(home), "Library", "Caches");
  return env["XDG_CACHE_HOME"] || join(homeFolder(home), ".cache");
}

function homeFolder(home: () => string): string {
  try {
    return home();
  } catch (cause) {
    throw new ConfigError(
      "cache: expected a home folder to keep it in, found none. Name a folder for the cache in GRAFT_CACHE_DIR.",
      { cause },
    );
  }
}

/**
 * Makes the folder of a cache where it is missing.
 *
 * @throws ConfigError if it cannot be made or written to.
 */
export async function prepareCache(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK);
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw new ConfigError(
      `cache: expected a folder that can be written to, got "${directory}" (${reason}). Name another in GRAFT_CACHE_DIR.`,
      { cause },
    );
  }
}
