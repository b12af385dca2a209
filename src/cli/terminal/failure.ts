/** @file What the command line says about an error, and the exit code it ends with. */

import { CommanderError } from "commander";
import { DeviceError, isUserError, printable } from "../../core/index.ts";
import { Interrupted } from "./interrupt.ts";

/** For what the user can mend. */
const USER_EXIT_CODE = 2;
/** For a device that gave up: part of the study is done. */
const DEVICE_EXIT_CODE = 1;
/** For what only Graft's authors can mend; `EX_SOFTWARE` of sysexits. */
const BUG_EXIT_CODE = 70;

const LONGEST_MESSAGE = 1000;

/** Errors of the operating system that the user can do something about. */
const systemErrors: Readonly<Record<string, { found: string; fix: string }>> = {
  ENOSPC: { found: "a full disk", fix: "Free some space and run the same command again." },
  EDQUOT: { found: "a used-up disk quota", fix: "Free some space and run the same command again." },
  EACCES: { found: "no permission", fix: "Choose another folder or change its permissions." },
  EPERM: { found: "no permission", fix: "Choose another folder or change its permissions." },
  EROFS: { found: "a read-only file system", fix: "Choose a folder that can be written." },
  ENOTDIR: { found: "a file where a folder is needed", fix: "Choose another folder." },
  EISDIR: { found: "a folder where a file is needed", fix: "Name a file." },
  ENAMETOOLONG: { found: "a name that is too long", fix: "Choose a shorter one." },
  EMFILE: { found: "too many open files", fix: "Raise the limit on open files." },
};

/** How the process ends: `message` goes to standard error, unless it is empty. */
export interface Failure {
  readonly message: string;
  readonly exitCode: number;
}

/** One sentence for what the user can mend, in the words of the user's place; the stack for what should never be. */
export function failureOf(error: unknown, inWords = (message: string): string => message): Failure {
  if (error instanceof Interrupted) return { message: "", exitCode: error.exitCode };
  if (error instanceof CommanderError) return usageFailure(error);
  const message = isUserError(error) ? error.message : systemErrorMessage(error);
  if (message !== undefined) {
    const exitCode = error instanceof DeviceError ? DEVICE_EXIT_CODE : USER_EXIT_CODE;
    return { message: sentence(inWords(message)), exitCode };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `${stack}\ngraft: this is a bug in Graft, not in what you did.`, exitCode: BUG_EXIT_CODE };
}

/** One line that nothing in it can break or lengthen: libraries explain themselves on many, and names may be long. */
function sentence(message: string): string {
  const line = printable(message.replaceAll(/\s*\n\s*/g, " "));
  const half = LONGEST_MESSAGE / 2;
  return `graft: ${line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, half)} … ${line.slice(-half)}`}`;
}

/** Commander writes `error: unknown option '--epoch'` and its suggestion on a second line. */
function usageFailure({ message, code }: CommanderError): Failure {
  // Help that was printed because a subcommand is missing.
  if (code === "commander.help") return { message: "", exitCode: USER_EXIT_CODE };
  const [what, suggestion = ""] = message.replace(/^error: /, "").split("\n");
  const hint = suggestion.replace(/^\((.*)\)$/, " $1");
  return { message: sentence(`${what.endsWith(".") ? what : `${what}.`}${hint}`), exitCode: USER_EXIT_CODE };
}

function systemErrorMessage(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return undefined;
  const known = systemErrors[String(error.code)];
  if (known === undefined) return undefined;
  const path = "path" in error ? String(error.path) : String(error.syscall);
  return `${path}: expected to use it, got ${known.found}. ${known.fix}`;
}
