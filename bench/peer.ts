/** @file A program under measurement: started once and asked again and again, or started anew each time. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Interface, createInterface } from "node:readline";
import type { Measurement } from "./results.ts";

interface CommandBase {
  /** As tables show it: `graft`, `pytorch`. */
  readonly name: string;
  readonly program: string;
  /** Arithmetic of one image. */
  readonly flopsPerImage?: number;
}

/** Says on a line that it is ready, then answers each line "run <steps>" with a line of JSON, until "quit". */
export interface ServingCommand extends CommandBase {
  readonly kind: "serving";
  readonly args: readonly string[];
  /** Steps of one round. */
  readonly steps: number;
}

/** Does its work once and ends. */
export interface WholeCommand extends CommandBase {
  readonly kind: "whole";
  /** `folder` is new and empty for every round, and removed after it. */
  readonly args: (folder: string) => readonly string[];
  /** Its wall time from start to end, or `value` in the JSON of its last line. */
  readonly reads: "seconds" | "milliseconds" | "answer";
  readonly env?: Readonly<Record<string, string>>;
}

export type PeerCommand = ServingCommand | WholeCommand;

/** A peer that is ready. */
export interface Peer {
  readonly command: PeerCommand;
  /** One round. */
  measure(): Promise<Measurement>;
  close(): void;
}

/** How often a whole program's peak memory is looked at, where the system shows it. */
const MEMORY_POLL_MS = 250;

/**
 * Starts a peer and waits until it is warm.
 *
 * @throws Error with the program's last words if it ends early.
 */
export async function startPeer(command: PeerCommand): Promise<Peer> {
  return command.kind === "serving"
    ? startServing(command)
    : { command, measure: () => runWhole(command), close: () => {} };
}

async function startServing(command: ServingCommand): Promise<Peer> {
  const { name, program, args, steps } = command;
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  const words: string[] = [];
  child.stderr.on("data", (data: Buffer) => words.push(data.toString()));
  const lines = createInterface(child.stdout);
  const ask = (question: string | null): Promise<string> => nextLine({ child, lines, name, words }, question);
  await ask(null);
  return {
    command,
    measure: async () => {
      const answer = JSON.parse(await ask(`run ${steps}`)) as {
        imagesPerSecond?: number;
        gflops?: number;
        peakRssBytes: number;
      };
      return { value: answer.imagesPerSecond ?? answer.gflops ?? NaN, peakRssBytes: answer.peakRssBytes || null };
    },
    close: () => {
      child.stdin.end("quit\n");
    },
  };
}

function nextLine(
  { child, lines, name, words }: { child: ChildProcess; lines: Interface; name: string; words: string[] },
  question: string | null,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const failed = (reason: string): void => reject(failure(name, reason, words));
    const onError = (error: Error): void => failed(error.message);
    const onExit = (code: number | null): void => failed(`exit code ${code}`);
    child.once("error", onError);
    child.once("exit", onExit);
    lines.once("line", (line) => {
      child.off("error", onError);
      child.off("exit", onExit);
      resolve(line);
    });
    if (question !== null) child.stdin?.write(`${question}\n`);
  });
}

async function runWhole({ name, program, args, reads, env = {} }: WholeCommand): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), "graft-bench-"));
  try {
    const started = performance.now();
    const child = spawn(program, args(folder), { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    const memory = watchMemory(child);
    const [stdout, words] = [collect(child.stdout), collect(child.stderr)];
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", (error) => reject(failure(name, error.message, words)));
      child.once("close", resolve);
    });
    const seconds = (performance.now() - started) / 1000;
    const peakRssBytes = memory.stop();
    if (code !== 0) throw failure(name, `exit code ${code}`, words);
    if (reads === "seconds") return { value: seconds, peakRssBytes };
    if (reads === "milliseconds") return { value: seconds * 1000, peakRssBytes };
    return { peakRssBytes, ...(JSON.parse(stdout.join("").trimEnd().split("\n").at(-1) ?? "") as { value: number }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function collect(stream: NodeJS.ReadableStream): string[] {
  const texts: string[] = [];
  stream.on("data", (data: Buffer) => texts.push(data.toString()));
  return texts;
}

function failure(name: string, reason: string, words: readonly string[]): Error {
  return new Error(`${name}: expected an answer, got ${reason}. ${words.join("").trim().slice(-400)}`);
}

/** Peak resident memory of a running process, from Linux's own count; null elsewhere. */
function watchMemory({ pid }: ChildProcess): { stop: () => number | null } {
  let peak: number | null = null;
  const look = (): void => {
    const kilobytes = peakKilobytes(pid);
    if (kilobytes !== null) peak = Math.max(peak ?? 0, kilobytes * 1024);
  };
  const timer = setInterval(look, MEMORY_POLL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}

function peakKilobytes(pid: number | undefined): number | null {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return match === null ? null : Number(match[1]);
  } catch {
    // another system, or it has just ended
    return null;
  }
}
