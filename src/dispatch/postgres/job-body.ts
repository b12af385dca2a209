/** @file What a worker of a queue does with a job: its units in a process of their own, its last one by the command line. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { NotYetError } from "../../core/index.ts";
import { type StudyListener, unitNamed } from "../../study/index.ts";
import { WorkerLost, type WorkerProcess, startWorker } from "../local/worker-process.ts";
import type { JobData } from "./queue.ts";

/** A process that has nothing to do keeps a study's data for so long. */
const IDLE_MS = 60_000;

/** What jobs are done with. */
export interface JobBodyOptions {
  /** What starts Graft: a program and its first arguments. */
  readonly program: readonly string[];
  /** Of `graft work` and `graft finish`. */
  readonly workArgs: readonly string[];
  readonly finishArgs: readonly string[];
  readonly listener: StudyListener;
  readonly signal: AbortSignal;
}

/** Does jobs, each place with a process of its own that lives as long as jobs of one study come. */
export interface JobBody {
  perform(data: JobData, place: number): Promise<boolean>;
  /** Lets all of them save what they are at. */
  close(): Promise<void>;
}

interface Place {
  readonly study: string;
  readonly worker: WorkerProcess;
  idle?: NodeJS.Timeout;
}

/** Nothing is started before the first job. */
export function jobBody({ program, workArgs, finishArgs, listener, signal }: JobBodyOptions): JobBody {
  const places = new Map<number, Place>();
  const closeAt = async (at: number): Promise<void> => {
    const place = places.get(at);
    places.delete(at);
    clearTimeout(place?.idle);
    await place?.worker.close();
  };
  const placeFor = async (study: string, at: number): Promise<Place> => {
    const known = places.get(at);
    clearTimeout(known?.idle);
    if (known?.study === study) return known;
    await closeAt(at);
    const place = { study, worker: startWorker([...program, "work", "--study", study, ...workArgs], listener) };
    places.set(at, place);
    return place;
  };
  const work = async (study: string, { name, at }: { name: string; at: number }): Promise<boolean> => {
    while (!signal.aborted) {
      try {
        const place = await placeFor(study, at);
        const isStopped = await place.worker.work(unitNamed(name));
        if (isStopped) places.delete(at);
        else place.idle = setTimeout(() => void closeAt(at), IDLE_MS).unref();
        return isStopped;
      } catch (error) {
        places.delete(at);
        if (error instanceof WorkerLost && signal.aborted) return true;
        // another process is at it: its end, or its silence, comes
        if (!(error instanceof NotYetError && error.isLocked)) throw error;
      }
    }
    return true;
  };
  const graft = async (...args: string[]): Promise<number> => {
    const child = spawn(program[0], [...program.slice(1), ...args], { stdio: ["ignore", "ignore", "inherit"], signal });
    const [code] = (await once(child, "close")) as [number | null];
    return code ?? -1;
  };
  const conclude = async ({ study, rounds }: JobData): Promise<boolean> => {
    try {
      const code = await graft("finish", study, ...finishArgs);
      // 1: some runs failed, and the report says so
      if (code !== 0 && code !== 1) throw new Error(`graft finish ended with ${code}.`);
      await graft("submit", study, "--to", "postgres", "--beyond-round", String(rounds), ...finishArgs);
      return false;
    } catch (error) {
      if (signal.aborted) return true;
      throw error;
    }
  };
  return {
    perform: async (data, at) => {
      if (data.units.length === 0) return conclude(data);
      for (const name of data.units) if (await work(data.study, { name, at })) return true;
      return false;
    },
    close: async () => {
      await Promise.all([...places.keys()].map(closeAt));
    },
  };
}
