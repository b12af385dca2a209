/** @file Running a child process as if it were this one: same streams, signals, exit code. */

import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { delimiter, dirname } from "node:path";

/** The same signal twice within this time, from a process group and from npm for example, is one. */
const sameSignalMs = 1000;

/**
 * Runs a program with our streams and with the folder of `node` first on PATH, waits for it, and sets this
 * process's exit code to its own; if a signal ended it, the same signal ends us.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ node: string, cwd: string }} options
 */
export async function runToEnd(program, args, { node, cwd }) {
  // Nodes before 24.14 read HTTPS_PROXY only if they are told to before they start
  const env = { NODE_USE_ENV_PROXY: "1", ...withNodeFirst(node) };
  const child = spawn(program, args, { cwd, env, stdio: "inherit" });
  const stopForwarding = forwardSignals(child);
  await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  }).finally(stopForwarding);
  if (child.signalCode !== null) process.kill(process.pid, child.signalCode);
  process.exitCode = child.exitCode ?? 1;
}

/**
 * Our environment with the folder of `node` first on PATH.
 *
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function withNodeFirst(node) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return { ...process.env, [name]: [dirname(node), process.env[name] ?? ""].join(delimiter) };
}

/**
 * Keeps this process alive through signals and hands each on to the child once, unless it gets it by itself:
 * a terminal sends Ctrl-C to every process it runs, and npm sends it to us once more.
 *
 * `onSignal` is told of every signal, handed on or not. Returns what ends this.
 *
 * @param {import("node:child_process").ChildProcess} child
 * @param {(signal: NodeJS.Signals) => void} [onSignal]
 * @returns {() => void}
 */
export function forwardSignals(child, onSignal = () => {}) {
  const childHearsInterrupt = process.platform === "win32" || hasTerminal();
  const lastSent = new Map();
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    onSignal(signal);
    if (signal === "SIGINT" && childHearsInterrupt) return;
    if (Date.now() - (lastSent.get(signal) ?? -Infinity) < sameSignalMs) return;
    lastSent.set(signal, Date.now());
    child.kill(signal);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}

/** True if this process belongs to a terminal, whatever its streams are. */
function hasTerminal() {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
