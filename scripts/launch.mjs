/**
 * @file Starts Graft from a fresh checkout: finds or fetches a suitable Node, installs the dependencies, runs the job.
 *
 * Plain JavaScript without dependencies, for Node 18 or later. Everything it fetches stays in this folder
 * (`.graft/node`, `node_modules`).
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { satisfies } from "../bin/engines.mjs";
import { runToEnd } from "./child.mjs";
import { withLock } from "./install-lock.mjs";
import {
  LaunchError,
  explainNpmFailure,
  installStep,
  jobOf,
  manifestsFor,
  nodeBuilds,
  stampOf,
} from "./launch-lib.mjs";
import { findNpm, runNpm } from "./npm.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const platform = `${process.platform}-${process.arch}`;
const lockPath = join(root, ".graft", "install.lock");
const stampPath = join(root, "node_modules", ".graft-stamp");

/** Flags that make an install the same whatever the user's npm is set to; nothing that is installed runs a script. */
const installFlags = [
  "--ignore-scripts",
  "--include=dev",
  "--include=optional",
  "--engine-strict=false",
  "--no-audit",
  "--no-fund",
  "--no-progress",
  "--loglevel=error",
  // With npm's own settings a machine without a network waits for more than a minute.
  "--fetch-retry-mintimeout=2000",
  "--fetch-retry-factor=3",
];

/**
 * Prepares Node and the dependencies, runs the job and ends this process as the job ended.
 *
 * @param {readonly string[]} commandLine for example ["start", "run", "--preset", "classic"]
 */
export async function launch(commandLine) {
  try {
    const job = jobOf(commandLine);
    const node = await ensureNode();
    await ensureDependencies(node);
    if ("scripts" in job) await runScripts(node, job.scripts);
    else await runToEnd(node, [join(root, job.program), ...job.args], { node, cwd: job.inRoot ? root : process.cwd() });
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    say(error.message);
    process.exitCode = error.exitCode;
  }
}

/** The Node to use: this one if it is new enough, else the project's own. @returns {Promise<string>} */
async function ensureNode() {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  if (satisfies(process.versions.node, engines.node)) return process.execPath;

  const build = nodeBuilds[platform];
  if (build === undefined) {
    throw new LaunchError(
      `Node: expected ${engines.node}, got ${process.versions.node}. Install a current Node.js and run the same command again.`,
    );
  }
  const folder = join(root, ".graft", "node");
  const isThere = () => fetchedVersion(folder, build) === build.version;
  const binary = join(folder, "node_modules", build.name, build.binary);
  if (isThere()) return binary;
  return locked(async () => {
    if (isThere()) return binary;
    await timed(
      `Node ${process.versions.node} is too old (expected ${engines.node}); fetching Node ${build.version} into .graft/node`,
      () => fetchNode(folder, build),
    );
    return binary;
  });
}

/** @type {(folder: string, build: import("./launch-lib.mjs").NodeBuild) => string | undefined} */
function fetchedVersion(folder, { name, binary }) {
  const packageFolder = join(folder, "node_modules", name);
  if (!existsSync(join(packageFolder, binary))) return undefined;
  return JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")).version;
}

/** @type {(folder: string, build: import("./launch-lib.mjs").NodeBuild) => Promise<void>} */
async function fetchNode(folder, build) {
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const { manifest, lock } = manifestsFor(build);
  await writeFile(join(fresh, "package.json"), JSON.stringify(manifest, null, 2));
  await writeFile(join(fresh, "package-lock.json"), JSON.stringify(lock, null, 2));
  await npmInstall(`fetching Node ${build.version}`, { node: process.execPath, folder: fresh });

  const binary = join(fresh, "node_modules", build.name, build.binary);
  const { status, stdout } = spawnSync(binary, ["--version"], { encoding: "utf8" });
  if (status !== 0 || stdout.trim() !== `v${build.version}`) {
    throw new LaunchError(
      `fetching Node ${build.version} failed: it does not run on this system. Install a current Node.js and run the same command again.`,
    );
  }
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}

/** Installs the dependencies if they are missing or not those of package-lock.json. @type {(node: string) => Promise<void>} */
async function ensureDependencies(node) {
  if ((await nextStep()) === "nothing") return;
  await locked(async () => {
    const step = await nextStep();
    if (step === "nothing") return;
    if (step === "install") {
      const what = existsSync(join(root, "node_modules"))
        ? "installing the dependencies anew (package-lock.json has changed)"
        : "installing the dependencies into node_modules";
      await timed(what, () => npmInstall("installing the dependencies", { node, folder: root }));
    }
    const lockText = await readFile(join(root, "package-lock.json"), "utf8");
    await writeFile(stampPath, stampOf(lockText, platform));
  });
}

async function nextStep() {
  return installStep({
    platform,
    lockText: await readFile(join(root, "package-lock.json"), "utf8"),
    stampText: await textOf(stampPath),
    recordText: await textOf(join(root, "node_modules", ".package-lock.json")),
  });
}

/**
 * npm has to run on the Node that the packages will run on: it leaves out optional ones that do not suit its own.
 *
 * @type {(task: string, options: { node: string, folder: string }) => Promise<void>}
 */
async function npmInstall(task, { node, folder }) {
  const result = await runNpm(["ci", "--prefix", folder, ...installFlags], { node, cwd: folder });
  if (result.exitCode !== 0) throw new LaunchError(explainNpmFailure(task, result));
}

/** Runs `task` while no other launch installs. @type {<T>(task: () => Promise<T>) => Promise<T>} */
async function locked(task) {
  return withLock(lockPath, task, { onWait: () => say("another launch is installing; waiting for it.") });
}

/** Says what is being done and, after it, how long it took. @type {(what: string, task: () => Promise<void>) => Promise<void>} */
async function timed(what, task) {
  const begin = Date.now();
  say(`${what} ...`);
  await task();
  say(`done in ${((Date.now() - begin) / 1000).toFixed(1)} s.`);
}

/** Standard output belongs to the job. @type {(line: string) => void} */
function say(line) {
  console.error(`graft: ${line}`);
}

/** @type {(path: string) => Promise<string | undefined>} */
async function textOf(path) {
  return readFile(path, "utf8").catch(() => undefined);
}

/**
 * Runs each of the scripts of package.json, with the chosen Node first on PATH; fails if any did.
 *
 * @type {(node: string, scripts: readonly string[]) => Promise<void>}
 */
async function runScripts(node, scripts) {
  const [program, ...first] = findNpm({ node });
  const failed = [];
  for (const script of scripts) {
    await runToEnd(program, [...first, "run", "--silent", script], { node, cwd: root });
    if (process.exitCode !== 0) failed.push(script);
  }
  say(failed.length === 0 ? `${scripts.join(", ")}: passed.` : `${failed.join(", ")}: failed.`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await launch(process.argv.slice(2));
}
