/** @file A program under measurement: started once, asked for one measurement at a time. */

import { type ChildProcess, spawn } from "node:child_process";
import { type Interface, createInterface } from "node:readline";

export interface PeerCommand {
  /** As tables show it: `graft`, `pytorch`. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** One answer of a peer. */
export interface Measurement {
  /** Images per second, or GFLOP/s for the ceiling. */
  readonly rate: number;
  readonly seconds: number;
  readonly peakRssBytes: number;
}

export interface Peer {
  readonly name: string;
  /** Times that many steps. */
  run(steps: number): Promise<Measurement>;
  close(): void;
}

/**
 * Starts a peer and waits until it is warm.
 *
 * @throws Error with the program's last words if it ends early.
 */
export async function startPeer({ name, program, args }: PeerCommand): Promise<Peer> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  const words: string[] = [];
  child.stderr.on("data", (data: Buffer) => words.push(data.toString()));
  const lines = createInterface(child.stdout);
  const ask = (question: string | null): Promise<string> => nextLine({ child, lines, name, words }, question);
  await ask(null);
  return {
    name,
    run: async (steps) => {
      const answer = JSON.parse(await ask(`run ${steps}`)) as {
        imagesPerSecond?: number;
        gflops?: number;
        seconds: number;
        peakRssBytes: number;
      };
      return {
        rate: answer.imagesPerSecond ?? answer.gflops ?? NaN,
        seconds: answer.seconds,
        peakRssBytes: answer.peakRssBytes,
      };
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
    const failed = (reason: string): void =>
      reject(new Error(`${name}: expected an answer, got ${reason}. ${words.join("").trim().slice(-400)}`));
    const onExit = (code: number | null): void => failed(`exit code ${code}`);
    child.once("error", (error) => failed(error.message));
    child.once("exit", onExit);
    lines.once("line", (line) => {
      child.off("exit", onExit);
      resolve(line);
    });
    if (question !== null) child.stdin?.write(`${question}\n`);
  });
}
