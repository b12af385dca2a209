/** @file Finding the user's npm and running it, on every system without a shell in between. */

import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { forwardSignals, withNodeFirst } from "./child.mjs";
import { LaunchError } from "./launch-lib.mjs";

/**
 * The command that runs npm on the given Node, as a program and its first arguments.
 *
 * Looks at the npm that started us, then beside the running Node, then on PATH.
 *
 * @param {{ node?: string, env?: NodeJS.ProcessEnv, execPath?: string }} [options]
 * @returns {[string, ...string[]]}
 * @throws {LaunchError} if there is none.
 */
export function findNpm({ node = process.execPath, env = process.env, execPath = process.execPath } = {}) {
  const folder = dirname(execPath);
  const library = join("node_modules", "npm", "bin", "npm-cli.js");
  const started = env["npm_execpath"];
  const onPath = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((entry) => entry !== "");
  const candidates = [
    ...(started !== undefined && /npm-cli\.[cm]?js$/.test(started) ? [started] : []),
    join(folder, library),
    join(folder, "..", "lib", library),
    ...onPath.flatMap((entry) => [join(entry, library), join(entry, "npm")]),
  ];
  for (const candidate of candidates.filter((path) => existsSync(path))) {
    const target = realpathSync(candidate);
    if (/\.[cm]?js$/.test(target)) return [node, target];
    // A wrapper that some version managers put on PATH; on Windows it would need a shell.
    if (process.platform !== "win32") return [target];
  }
  throw new LaunchError(
    "npm: expected it on PATH, found none. Install Node.js together with npm and run the same command again.",
  );
}

/**
 * Runs npm on the given Node to its end and returns its exit code and everything it printed.
 *
 * @param {readonly string[]} args
 * @param {{ node: string, cwd: string }} options
 * @returns {Promise<{ exitCode: number | null, output: string }>}
 * @throws {LaunchError} exit code 130, if it was interrupted.
 */
export async function runNpm(args, { node, cwd }) {
  const [program, ...first] = findNpm({ node });
  const child = spawn(program, [...first, ...args], {
    cwd,
    env: withNodeFirst(node),
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  let output = "";
  const collect = (/** @type {Buffer} */ chunk) => void (output += chunk.toString());
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  let wasInterrupted = false;
  const stopForwarding = forwardSignals(child, () => (wasInterrupted = true));
  /** @type {number | null} */
  const exitCode = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  }).finally(stopForwarding);
  if (wasInterrupted) throw new LaunchError("interrupted while installing. Run the same command again.", 130);
  return { exitCode, output };
}
