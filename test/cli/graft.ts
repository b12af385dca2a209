/** @file Runs the real command line as a child process, for tests. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { graftProgram } from "../support/graft-program.ts";

/** How a command ended. */
export interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface GraftOptions {
  cwd: string;
  env?: Record<string, string>;
  /** Told of everything on standard output so far, whenever there is more. */
  onOutput?: (stdout: string, child: ChildProcess) => void;
}

/** Runs `graft` with these arguments, in an environment without data sets, and waits for it. */
export async function graft(args: readonly string[], { cwd, env = {}, onOutput }: GraftOptions): Promise<Ended> {
  const child = spawn(process.execPath, [graftProgram, ...args], { cwd, env: environment(cwd, env) });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput?.(stdout, child);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { exitCode, stdout, stderr };
}

/** A folder of its own, and what removes it. */
export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "graft-cli-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Nothing of the machine's own decides: no data, no npm, no terminal. */
function environment(cwd: string, env: Record<string, string>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(GRAFT_|npm_|NODE_OPTIONS|VITEST)/i.test(name));
  return { ...Object.fromEntries(kept), GRAFT_CACHE_DIR: join(cwd, "cache"), ...env };
}
