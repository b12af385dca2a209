/** @file Opens a file with the program that the desktop has for it. */

import { spawn } from "node:child_process";

/** An opener that has not failed by then has handed the file on, or is the program itself. */
const OPENER_MS = 2000;

/** Tries to open a file; returns why it cannot be, as a phrase, or undefined. */
export async function openInBrowser(
  path: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const [command, ...args] = openerOf(platform);
  const child = spawn(command, [...args, path], { detached: true, stdio: "ignore" });
  const outcome = new Promise<string | undefined>((resolve) => {
    child.on("error", ({ message }) => resolve(`${command} cannot be started (${message})`));
    child.on("exit", (code) => resolve(code === 0 ? undefined : `${command} ended with ${code ?? "a signal"}`));
    setTimeout(() => resolve(undefined), OPENER_MS).unref();
  });
  const problem = await outcome;
  child.unref();
  return problem;
}

function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === "darwin") return ["open"];
  // no shell in between, which would read meaning into the path
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return ["xdg-open"];
}
