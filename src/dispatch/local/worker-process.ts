/** @file A worker as a process of this machine. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { StudyListener, Unit } from "../../study/index.ts";
import { type Message, errorOf, eventReader } from "../messages.ts";

/** Thrown where a worker ended before it could say how its unit did. */
export class WorkerLost extends Error {
  override name = "WorkerLost";
}

/** A worker that lives until it is closed, fails or is killed. */
export interface WorkerProcess {
  /**
   * @returns True if the unit was stopped; the worker ends then.
   * @throws WorkerLost if the process ends, or whatever the unit throws.
   */
  work(unit: Unit): Promise<boolean>;
  /** Lets it save what it is at, and resolves once it has ended. */
  close(): Promise<void>;
}

/** Starts a worker; what it writes to standard error is the user's to see. */
export function startWorker(command: readonly string[], listener: StudyListener): WorkerProcess {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  let answer: PromiseWithResolvers<boolean> | undefined;
  let loss: WorkerLost | undefined;
  const lose = (how: string): void => {
    loss ??= new WorkerLost(how);
    answer?.reject(loss);
  };
  ended.then(
    () => lose(child.signalCode ?? `exit code ${child.exitCode}`),
    (error: Error) => lose(error.message),
  );
  // a worker that has ended says so itself
  child.stdin.on("error", () => {});
  const readEvent = eventReader();
  createInterface({ input: child.stdout }).on("line", (line) => {
    // libraries print what they like
    if (!line.startsWith('{"type":')) return void process.stderr.write(`${line}\n`);
    const message = JSON.parse(line) as Message;
    if (message.type === "event") listener(readEvent(message.event));
    else if (message.type === "over") answer?.resolve(message.interrupted);
    else answer?.reject(errorOf(message.failure));
  });
  return {
    work: (unit) => {
      if (loss !== undefined) return Promise.reject(loss);
      answer = Promise.withResolvers<boolean>();
      child.stdin.write(`${JSON.stringify(unit)}\n`);
      return answer.promise;
    },
    close: async () => {
      child.stdin.end();
      await ended.catch(() => {});
    },
  };
}
