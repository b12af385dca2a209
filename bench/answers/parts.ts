/** @file The parts of the benchmark: each measures what is not measured yet, one cell after another. */

import { ConfigError } from "../../src/core/index.ts";
import { describeMachine } from "../../src/study/index.ts";
import { measureDefaults } from "./defaults.ts";
import { measureDoublings } from "./doublings.ts";
import { type OracleQuestion, nextCells } from "./oracle.ts";
import { writePage } from "./page.ts";
import { MissingData, type Places } from "./places.ts";
import {
  type DefaultsFile,
  type Machine,
  type OracleCell,
  type OracleFile,
  readDefaults,
  readGenerations,
  readOracle,
  writeDefaults,
  writeOracle,
} from "./results.ts";
import { type OracleStrategy, bestOf } from "./search.ts";
import { trainSource } from "./sources.ts";
import { Interrupted, type Surroundings } from "./study.ts";
import { type OpenTask, openTask } from "./task-study.ts";
import { type AnswerTask, tasks } from "./tasks.ts";

/** The benchmark as the command line asks for it. */
export interface Bench extends Surroundings {
  readonly places: Places;
  readonly tasks: readonly AnswerTask[];
  /** Of the oracle. */
  readonly strategies: readonly OracleStrategy[];
  /** Instead of each task's own number. */
  readonly draws: number | undefined;
  /** Of the generation of defaults. */
  readonly label: string;
  /** True where that generation tunes its rates first. */
  readonly tunes: boolean;
  /** True once no further cell is to be begun. */
  readonly isOver: () => boolean;
}

/** By name, in the order in which they need each other. */
export const parts = { sources, defaults, oracle, doublings, page } satisfies Record<
  string,
  (bench: Bench) => Promise<void>
>;

/** Prints what twice the images bring a probe, and what was foretold. */
async function doublings({ tasks: chosen, places, threads }: Bench): Promise<void> {
  await measureDoublings(chosen, { places, threads });
}

/** Trains every source that the tasks start from. */
async function sources(bench: Bench): Promise<void> {
  const wanted = new Set(bench.tasks.flatMap(({ source }) => ("trained" in source ? [source.trained] : [])));
  for (const name of wanted) {
    if (bench.isOver()) return;
    await orSkipped(name, async () => {
      const accuracy = await trainSource(name, bench);
      say(accuracy === null ? `${name}: there already` : `${name}: trained, test accuracy ${percent(accuracy)}`);
    });
  }
}

/** The defaults of every task, draw by draw. */
async function defaults(bench: Bench): Promise<void> {
  const { label } = bench;
  const machine = await machineOf(bench);
  let file: DefaultsFile = await readDefaults(label, { formatVersion: 1, label, machine, cells: [] });
  for (const { task, draw } of drawsOf(bench)) {
    if (bench.isOver()) return;
    if (file.cells.some((cell) => cell.task === task.name && cell.draw === draw)) continue;
    await orSkipped(task.name, async () => {
      const cell = await measureDefaults(await openTask(task, bench.places), { ...bench, draw });
      file = { ...file, cells: [...file.cells, cell] };
      await writeDefaults(file);
      const reached = cell.outcomes.map(({ strategy, accuracy }) => `${strategy} ${percent(accuracy)}`).join(", ");
      say(`${task.name}, draw ${draw}: ${cell.failure ?? reached} (${cell.seconds.toFixed(0)} s)`);
    });
  }
}

/** The searches of every task, draw by draw. */
async function oracle(bench: Bench): Promise<void> {
  const log = await openOracleLog(bench);
  for (const { task, draw } of drawsOf(bench)) {
    for (const strategy of bench.strategies) {
      await orSkipped(task.name, () => search(bench, { task, draw, strategy }, log));
    }
  }
}

/** The cells of the oracle's file. */
interface OracleLog {
  readonly cellsOf: (question: OracleQuestion) => OracleCell[];
  readonly add: (cells: readonly OracleCell[]) => Promise<void>;
}

async function openOracleLog(bench: Bench): Promise<OracleLog> {
  const machine = await machineOf(bench);
  let file: OracleFile = (await readOracle()) ?? { formatVersion: 1, machine, cells: [] };
  return {
    cellsOf: ({ task, draw, strategy }) =>
      file.cells.filter((cell) => cell.task === task.name && cell.draw === draw && cell.strategy === strategy),
    add: async (cells) => {
      file = { ...file, cells: [...file.cells, ...cells] };
      await writeOracle(file);
    },
  };
}

/** Goes on with a search until it ends or the time is over. */
async function search(bench: Bench, question: OracleQuestion, log: OracleLog): Promise<void> {
  const { task, draw, strategy } = question;
  let opened: Promise<OpenTask> | undefined;
  const open = (): Promise<OpenTask> => (opened ??= openTask(task, bench.places));
  while (!bench.isOver()) {
    const cells = await nextCells(question, log.cellsOf(question), { ...bench, open });
    if (cells.length === 0) return;
    await log.add(cells);
    const best = percent(bestOf(log.cellsOf(question))?.accuracy ?? null);
    for (const cell of cells) say(`${task.name}, draw ${draw}, ${strategy}, ${cellText(cell)}; best so far ${best}`);
  }
}

/** The page, of all tasks whatever is chosen. */
async function page(): Promise<void> {
  const measured = await readOracle();
  if (measured === null) throw new ConfigError("oracle: expected measured cells, got none. Run --part oracle first.");
  say(`written: ${await writePage({ tasks, generations: await readGenerations(), oracle: measured })}`);
}

async function machineOf({ threads }: Bench): Promise<Machine> {
  const { threads: _threads, ...machine } = await describeMachine({ threads, device: "cpu" });
  return machine;
}

/** Every task's first draw, then every second one. */
function drawsOf(bench: Bench): { task: AnswerTask; draw: number }[] {
  const most = Math.max(...bench.tasks.map(({ draws }) => bench.draws ?? draws));
  return Array.from({ length: most }, (_, draw) =>
    bench.tasks.filter(({ draws }) => draw < (bench.draws ?? draws)).map((task) => ({ task, draw })),
  ).flat();
}

/** What is missing on this machine is passed over, and what was interrupted is left for the next time. */
async function orSkipped(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MissingData) say(`${name}: passed over. ${error.message}`);
    else if (error instanceof Interrupted) say(`${name}: interrupted`);
    else throw error;
  }
}

function cellText(cell: OracleCell): string {
  const what =
    "strength" in cell ? `strength ${cell.strength}` : `rate ${cell.rate}, ${cell.steps} steps, ${cell.augmentation}`;
  return `${what}: ${percent(cell.accuracy)} (${cell.seconds.toFixed(0)} s)`;
}

function percent(share: number | null): string {
  return share === null ? "failed" : `${(100 * share).toFixed(1)} %`;
}

function say(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
}
