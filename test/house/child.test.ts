/** @file A job started by the launcher behaves as if it had been started directly. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const childModule = JSON.stringify(new URL("../../scripts/child.mjs", import.meta.url).href);

/** A process without a terminal that runs `job` (JavaScript) through runToEnd. */
function launcherOf(job: string, ...args: string[]): ChildProcess {
  const options = "{ node: process.execPath, cwd: process.cwd() }";
  const command = JSON.stringify(["--input-type=module", "-e", job, "--", ...args]);
  const program = `import { runToEnd } from ${childModule}; await runToEnd(process.execPath, ${command}, ${options});`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function outcomeOf(launcher: ChildProcess): Promise<{ code: unknown; signal: unknown; output: string }> {
  let output = "";
  launcher.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code, signal] = await once(launcher, "close");
  return { code, signal, output };
}

describe("runToEnd", () => {
  test("passes arguments on and takes over the exit code", async () => {
    const launcher = launcherOf("console.log(process.argv.slice(1).join('|')); process.exitCode = 7", "a b", "--c");
    expect(await outcomeOf(launcher)).toEqual({ code: 7, signal: null, output: "a b|--c\n" });
  });

  test("ends by the signal that ended the job", async () => {
    const launcher = launcherOf("process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)");
    expect(await outcomeOf(launcher)).toEqual({ code: null, signal: "SIGKILL", output: "" });
  });

  test("hands repeated signals on once and waits while the job saves its work", async () => {
    const launcher = launcherOf(`
      const alive = setInterval(() => {}, 1000);
      process.on("SIGINT", () => {
        console.log("saving");
        setTimeout(() => { console.log("saved"); process.exitCode = 130; clearInterval(alive); }, 300);
      });
      console.log("running");
    `);
    launcher.stdout?.once("data", () => {
      launcher.kill("SIGINT");
      setTimeout(() => launcher.kill("SIGINT"), 100);
    });
    expect(await outcomeOf(launcher)).toEqual({ code: 130, signal: null, output: "running\nsaving\nsaved\n" });
  });
});
