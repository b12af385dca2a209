/** @file Entry of the `graft` command: a thread of its own runs it, while this one answers signals, whatever it computes. */

import { Worker } from "node:worker_threads";
import { answerSignals } from "./terminal/signals.ts";

/** What a program ends with whose reader has gone away: 128 + SIGPIPE. */
const BROKEN_PIPE_EXIT_CODE = 141;
/** The sources run as they are; compiled, the worker is JavaScript as this file is. */
const WORKER_URL = new URL(`./command-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

process.stdout.on("error", endOnBrokenPipe);
process.stderr.on("error", endOnBrokenPipe);

// onnxruntime reads it from the process: what a thread sets in an environment of its own it does not see
process.env["ORT_DISABLE_TELEMETRY"] ??= "1";
const isAnswered = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const thread = new Worker(WORKER_URL, {
  argv: process.argv.slice(2),
  workerData: { isAnswered },
  name: "command",
  // the thread writes to terminals itself, by streams of its own, which cannot be asked for what this one shall write
  stdout: process.stdout.isTTY,
  stderr: process.stderr.isTTY,
});
answerSignals(thread, isAnswered);
thread.on("error", (error) => console.error(error));
thread.on("exit", (exitCode) => (process.exitCode = exitCode));

/** `graft schema | head` ends without a word, as other commands do. */
function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(BROKEN_PIPE_EXIT_CODE);
}
