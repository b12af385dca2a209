/** @file Training libraries for JavaScript, installed outside the project's own dependencies when they are measured. */

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runNpm } from "../scripts/npm.mjs";

/** Their programs, with the manifest and the lock that pin their packages. */
const origin = fileURLToPath(new URL("peers/javascript/", import.meta.url));
/** Where they are installed and run; the repository ignores it. */
const place = fileURLToPath(new URL("../.graft/bench-javascript/", import.meta.url));

const FILES = ["package.json", "package-lock.json", "tensorflow.mjs", "jax.mjs", "serve.mjs"];

export interface JavascriptPeer {
  readonly name: string;
  readonly file: string;
}

/** Installs the pinned packages unless they are there. */
export async function installJavascriptPeers(): Promise<
  { readonly peers: readonly JavascriptPeer[] } | { readonly missing: string }
> {
  const current = isInstalled();
  mkdirSync(place, { recursive: true });
  for (const file of FILES) cpSync(join(origin, file), join(place, file));
  if (!current) {
    const reason = await install();
    if (reason !== null) {
      // what is half there must not pass for whole the next time
      rmSync(join(place, "package-lock.json"));
      console.error(reason);
      return { missing: "npm could not install the JavaScript peers' packages." };
    }
  }
  return {
    peers: [
      { name: "tensorflow.js", file: join(place, "tensorflow.mjs") },
      { name: "jax-js", file: join(place, "jax.mjs") },
    ],
  };
}

/** True if the packages of the very lock file are there. */
function isInstalled(): boolean {
  const lock = join(place, "package-lock.json");
  if (!existsSync(lock) || !existsSync(join(place, "node_modules", ".package-lock.json"))) return false;
  return readFileSync(lock, "utf8") === readFileSync(join(origin, "package-lock.json"), "utf8");
}

/** Null if all is well, else npm's own words. */
async function install(): Promise<string | null> {
  console.error("Installing the JavaScript peers' packages; nothing of theirs is run.");
  const flags = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  try {
    const { exitCode, output } = await runNpm(flags, { node: process.execPath, cwd: place });
    return exitCode === 0 ? null : output.trim().split("\n").slice(0, 3).join(" ");
  } catch (error) {
    return (error as Error).message;
  }
}
