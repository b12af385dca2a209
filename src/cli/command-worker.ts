/** @file The thread of a command: parses the command line, runs the command, answers with an exit code. */

import { WriteStream, isatty } from "node:tty";
import { type Command, CommanderError } from "commander";
import { createProgram } from "./program.ts";
import { onResize } from "./terminal/signals.ts";

useTerminal("stdout", 1);
useTerminal("stderr", 2);
process.on("uncaughtException", endOnBug);

/** The command whose words an error is said in; none before the command line is understood. */
let running: Command | undefined;
const args = process.argv.slice(2);
try {
  // a library leaves this to its program
  if (Object.keys(process.env).some((name) => /^https?_proxy$/i.test(name))) {
    const { useProxy } = await import("../download/index.ts");
    useProxy();
  }
  const program = createProgram().hook("preAction", (_, command) => {
    running = command;
  });
  await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
} catch (error) {
  await explain(error);
}

/** A thread's own standard streams are never terminals. */
function useTerminal(name: "stdout" | "stderr", descriptor: number): void {
  if (!isatty(descriptor)) return;
  const stream = new WriteStream(descriptor);
  Object.defineProperty(process, name, { value: stream });
  // one that tells no size, as in some containers, is taken to be as terminals were
  const fit = ({ columns, rows }: Pick<WriteStream, "columns" | "rows">): void => {
    [stream.columns, stream.rows] = [columns || 80, rows || 24];
  };
  fit(stream);
  onResize(fit);
}

/** Outside of any command; nothing can be trusted to go on. */
async function endOnBug(error: unknown): Promise<void> {
  await explain(error);
  process.exit();
}

async function explain(error: unknown): Promise<void> {
  // Help and version were printed; nothing else is loaded for them.
  if (error instanceof CommanderError && error.exitCode === 0) return;
  const { sayAside } = await import("./terminal/say.ts");
  const { failureOf } = await import("./terminal/failure.ts");
  const { inTypedWords, typedFields } = await import("./options/typed-fields.ts");
  const fields = running === undefined ? new Map() : typedFields(running);
  const { message, exitCode } = failureOf(error, (text) => inTypedWords(text, fields));
  if (message !== "") sayAside(message);
  process.exitCode = exitCode;
}
