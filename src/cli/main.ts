/** @file Entry of the `graft` command: parses the command line, runs the command, answers with an exit code. */

import { CommanderError } from "commander";
import { createProgram } from "./program.ts";

/** What a program ends with whose reader has gone away: 128 + SIGPIPE. */
const BROKEN_PIPE_EXIT_CODE = 141;

process.stdout.on("error", endOnBrokenPipe);
process.stderr.on("error", endOnBrokenPipe);
process.on("uncaughtException", endOnBug);

const args = process.argv.slice(2);
try {
  // a library leaves this to its program
  if (Object.keys(process.env).some((name) => /^https?_proxy$/i.test(name))) {
    const { useProxy } = await import("../download/index.ts");
    useProxy();
  }
  await createProgram().parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
} catch (error) {
  await explain(error);
}

/** `graft schema | head` ends without a word, as other commands do. */
function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(BROKEN_PIPE_EXIT_CODE);
}

/** Outside of any command; nothing can be trusted to go on. */
async function endOnBug(error: unknown): Promise<void> {
  await explain(error);
  process.exit();
}

async function explain(error: unknown): Promise<void> {
  // Help and version were printed; nothing else is loaded for them.
  if (error instanceof CommanderError && error.exitCode === 0) return;
  const { failureOf } = await import("./terminal/failure.ts");
  const { message, exitCode } = failureOf(error);
  if (message !== "") process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}
