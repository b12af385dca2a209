/** @file A program under measurement: started once and asked again and again, or started anew each time. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Interface, createInterface } from "node:readline";
import type { Measurement, TriedSetting } from "./results.ts";

interface CommandBase {
  /** As targets name it: `graft`, `pytorch`. */
  readonly name: string;
  /** Which version and settings, where the program does not say it itself. */
  readonly about?: string;
  readonly program: string;
  /** Arithmetic of one image. */
  readonly flopsPerImage?: number;
}

/** Says on a line of JSON that it is ready, and `about` which version and settings it is; then answers each line "run <steps>" with a line of JSON, until "quit". */
export interface ServingCommand extends CommandBase {
  readonly kind: "serving";
  readonly args: readonly string[];
  /** Settings, as further arguments, of which the fastest in the better of two rounds is measured. */
  readonly variants?: readonly (readonly string[])[];
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
  /** Which version and settings, where known. */
  readonly about?: string;
  /** What came of each of its settings, where there were several. */
  readonly tried?: readonly TriedSetting[];
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
  if (command.kind === "serving") return startFastest(command);
  const { about } = command;
  return { command, ...(about && { about }), measure: () => runWhole(command), close: () => {} };
}

/** Tries the settings one after another, alone on the machine, and starts the fastest again. */
async function startFastest(command: ServingCommand): Promise<Peer> {
  const { name, variants = [[]] } = command;
  if (variants.length === 1) return startServing(command, variants[0]);
  const tried: (TriedSetting & { readonly variant: readonly string[] })[] = [];
  for (const variant of variants) tried.push({ variant, ...(await trySetting(command, variant)) });
  const [best] = tried.toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0));
  if (best.value === null) throw new Error(`${name}: expected one of its settings to run, got none.`);
  const peer = await startServing(command, best.variant);
  return { ...peer, tried: tried.map(({ about, value }) => ({ about, value })) };
}

async function trySetting(command: ServingCommand, variant: readonly string[]): Promise<TriedSetting> {
  try {
    const peer = await startServing(command, variant);
    try {
      const rounds = [await peer.measure(), await peer.measure()];
      return { about: peer.about ?? variant.join(" "), value: Math.max(...rounds.map(({ value }) => value)) };
    } finally {
      peer.close();
    }
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    return { about: variant.join(" "), value: null };
  }
}

async function startServing(command: ServingCommand, variant: readonly string[]): Promise<Peer> {
  const { name, program, steps } = command;
  const child = spawn(program, [...command.args, ...variant], { stdio: ["pipe", "pipe", "pipe"] });
  const words: string[] = [];
  child.stderr.on("data", (data: Buffer) => words.push(data.toString()));
  const lines = createInterface(child.stdout);
  const ask = (question: string | null): Promise<string> => nextLine({ child, lines, name, words }, question);
  const { about } = JSON.parse(await ask(null)) as { about?: string };
  return {
    command,
    ...(about && { about }),
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
