/**
 * @file `npm run bench:answers`: what Graft answers by default, held against an oracle on small tasks.
 *
 * Every figure goes into `bench/results/answers/` as soon as it is there; what is there is not measured again.
 */

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ConfigError, unknownName } from "../../src/core/index.ts";
import { type Bench, parts } from "./parts.ts";
import { oracleStrategies } from "./search.ts";
import { tasks } from "./tasks.ts";

try {
  await main();
} catch (error) {
  // what the user can mend is one sentence; anything else is a fault of ours, with its place
  if (!(error instanceof ConfigError)) throw error;
  console.error(`bench:answers: ${error.message}`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const values = readOptions();
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const named = [process.env["GRAFT_ANSWERS_DATA"], process.env["GRAFT_DATA_DIR"]].flatMap((folder) => folder || []);
  const deadline =
    values.minutes === undefined ? Infinity : performance.now() + 60_000 * wholeNumber("--minutes", values.minutes);
  const bench: Bench = {
    places: { folders: [...(values.data ?? []), ...named], cache: values.cache },
    tasks: chosen(tasks, values.only, { nameOf: ({ name }) => name, option: "--only" }),
    strategies: chosen(oracleStrategies, values.strategies, { nameOf: (name) => name, option: "--strategies" }),
    draws: values.draws === undefined ? undefined : wholeNumber("--draws", values.draws),
    label: values.label,
    tunes: values.tune,
    threads: values.threads === undefined ? availableParallelism() : wholeNumber("--threads", values.threads),
    signal: stop.signal,
    isOver: () => stop.signal.aborted || performance.now() > deadline,
  };
  for (const run of chosen(Object.entries(parts), values.part, { nameOf: ([name]) => name, option: "--part" }))
    await run[1](bench);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: "string", multiple: true },
        cache: { type: "string", default: fileURLToPath(new URL("../../.graft/answers", import.meta.url)) },
        part: { type: "string", multiple: true },
        only: { type: "string", multiple: true },
        strategies: { type: "string", multiple: true },
        draws: { type: "string" },
        label: { type: "string", default: "latest" },
        /** Lets the studies of the defaults choose their rates: a generation of its own. */
        tune: { type: "boolean", default: false },
        minutes: { type: "string" },
        threads: { type: "string" },
      },
    });
    return values;
  } catch (cause) {
    throw new ConfigError((cause as Error).message, { cause });
  }
}

/** All of a list, or those that are named: `--only a,b` or `--only a --only b`. */
function chosen<T>(
  all: readonly T[],
  names: readonly string[] | undefined,
  { nameOf, option }: { nameOf: (one: T) => string; option: string },
): readonly T[] {
  if (names === undefined) return all;
  const wanted = names.flatMap((list) => list.split(","));
  const known = all.map(nameOf);
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownName(unknown, known, option);
  return all.filter((one) => wanted.includes(nameOf(one)));
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new ConfigError(`${option}: expected a whole number from 1, got "${text}".`);
  return Number(text);
}
