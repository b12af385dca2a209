/** @file Processes of this machine that train a study's runs. */

import { ConfigError } from "../../core/index.ts";
import { type Crew, type CrewMaker, type CrewSurroundings, type Unit, nameOf } from "../../study/index.ts";
import { WorkerLost, type WorkerProcess, startWorker } from "./worker-process.ts";

/** A unit whose worker was lost is given to another so often: something about it may kill them all. */
const MOST_LOSSES = 3;

/** What a crew is made of. */
export interface LocalCrewOptions {
  jobs: number;
  /** What starts a worker: a program and its first arguments, then follows `--study <folder>`. */
  program: readonly string[];
}

/** A crew of so many processes, each started for its first unit. */
export function localCrew({ jobs, program }: LocalCrewOptions): CrewMaker {
  return { size: jobs, assemble: (surroundings) => assemble({ jobs, program }, surroundings) };
}

function assemble({ jobs, program }: LocalCrewOptions, { directory, listener, signal }: CrewSurroundings): Crew {
  const workers = new Map<number, WorkerProcess>();
  let isClosing = false;
  const close = async (): Promise<void> => {
    isClosing = true;
    await Promise.all([...workers.values()].map((worker) => worker.close()));
  };
  const stop = (): void => void close();
  signal?.addEventListener("abort", stop, { once: true });
  return {
    size: jobs,
    work: async (place, unit) => {
      for (let losses = 1; ; losses++) {
        if (isClosing) return true;
        const worker = workers.get(place) ?? startWorker([...program, "--study", directory], listener);
        workers.set(place, worker);
        const how = await worker.work(unit).catch((error: unknown) => {
          if (error instanceof WorkerLost) return error;
          workers.delete(place);
          throw error;
        });
        if (how === false) return false;
        // it was stopped or killed: by this process, or by whoever did not mean this process
        workers.delete(place);
        if (!isClosing && losses > MOST_LOSSES) throw lostAgain(unit, { how, directory });
      }
    },
    close: async () => {
      signal?.removeEventListener("abort", stop);
      await close();
    },
  };
}

function lostAgain(unit: Unit, { how, directory }: { how: true | WorkerLost; directory: string }): ConfigError {
  const end = how === true ? "stopped" : how.message;
  return new ConfigError(
    `${nameOf(unit)}: expected a worker that comes to its end, got ${MOST_LOSSES + 1} that were lost (${end}). ` +
      `Where memory is short, fewer workers need less: graft resume ${directory} --jobs 1.`,
  );
}
