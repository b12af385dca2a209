/** @file `graft submit`: hands a study to a queue that many machines share. */

import { ConfigError, lookUp, plural } from "../../../core/index.ts";
import { requireQueues, submitToPostgres, submitToSlurm } from "../../../dispatch/index.ts";
import { type UnitOptions, beginStudy, holdsStudy } from "../../../study/index.ts";
import { chooseDevice } from "../../device/choose-device.ts";
import { type OptionEntry, computingOptionTable, studyOptionTable, typedName } from "../../options/option-table.ts";
import { parseThreads, parseWhole } from "../../options/parse-values.ts";
import { studyFrom } from "../../options/study-options.ts";
import { GRAFT } from "../../study/crew.ts";
import { openNewStudy } from "../../study/new-study.ts";
import { openStudy } from "../../study/open-study.ts";
import { claimFolder } from "../../study/results-folder.ts";
import { createDisplay } from "../../terminal/displays/create-display.ts";
import { listenForInterrupt } from "../../terminal/interrupt.ts";
import { commandLine } from "../../terminal/typed-command.ts";
import type { RunOptions } from "../run.ts";

const queues = { slurm: toSlurm, postgres: toPostgres } as const;
/** Of each run: a task of a cluster is small, so that many find room. */
const USUAL_THREADS = 2;
/** What is handed on to SLURM as it is. */
const requested = ["partition", "account", "time", "constraint"] as const;

/** What the command line holds, as typed. */
export type SubmitOptions = Omit<RunOptions, "jobs"> & {
  readonly to: string;
  readonly anyMachine?: true;
  readonly beyondRound?: string;
  readonly [option: `slurm${string}`]: string | undefined;
};

/** Submits a new study, or what the folder of one lacks; returns the exit code. */
export async function submit(
  place: string | undefined,
  options: SubmitOptions,
  argv: readonly string[],
): Promise<number> {
  const hand = lookUp(queues, options.to, "--to");
  if (hand === toPostgres) await requirePostgres(options);
  const display = await createDisplay({ json: options.json === true });
  const { signal, stop } = listenForInterrupt("stopping; what was submitted stays so.");
  try {
    const isBegun = place !== undefined && holdsStudy(place);
    if (isBegun) requireNoChange(options);
    const directory = isBegun ? place : await begin(place, options, { argv, display, signal });
    const { units, queued, where } = await hand(directory, {
      options,
      openData: (config) => openStudy(config, { display, signal, offline: options.offline === true }),
    });
    display.notice(
      units === 0
        ? `Nothing to submit: ${queued === 0 ? "every run is over" : `${plural(queued, "unit")} of work ${queued === 1 ? "is" : "are"} queued or running`}.`
        : `${plural(units, "unit")} of work ${units === 1 ? "is" : "are"} in ${where}. How they get on: ${commandLine(["status", directory])}`,
    );
    return 0;
  } finally {
    display.close();
    stop();
  }
}

/** What was handed to a queue. */
interface Handed {
  readonly units: number;
  readonly queued: number;
  /** `2 jobs of SLURM: 7, 8`. */
  readonly where: string;
}

interface Handing {
  readonly options: SubmitOptions;
  readonly openData: UnitOptions["openData"];
}

async function toSlurm(directory: string, { options, openData }: Handing): Promise<Handed> {
  const request = slurmRequest(options);
  const anyMachine = options.anyMachine === true ? ["--any-machine"] : [];
  const { units, queued, jobs } = await submitToSlurm(directory, {
    request,
    program: GRAFT,
    workArgs: anyMachine,
    again: ["submit", directory, "--to", "slurm", ...typedRequest(request), ...anyMachine],
    beyondRound: roundFrom(options),
    openData,
  });
  return { units, queued, where: `${plural(jobs.length, "job")} of SLURM: ${jobs.join(", ")}` };
}

/** What is asked of SLURM, of what can be. */
function slurmRequest(options: SubmitOptions): Record<string, string> {
  return Object.fromEntries(
    requested.flatMap((name) => {
      const value = options[`slurm${capital(name)}`];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** @throws ConfigError before anything is written. */
async function requirePostgres(options: SubmitOptions): Promise<void> {
  const asked = Object.keys(slurmRequest(options)).map((name) => `--slurm-${name}`);
  const [foreign] = [...(options.anyMachine === true ? ["--any-machine"] : []), ...asked];
  if (foreign !== undefined)
    throw new ConfigError(
      `${foreign}: expected it with --to slurm, got it with --to postgres. Leave it out; graft worker takes --any-machine.`,
    );
  await requireQueues();
}

async function toPostgres(directory: string, { options, openData }: Handing): Promise<Handed> {
  const { units, queued, jobs } = await submitToPostgres(directory, { openData, beyondRound: roundFrom(options) });
  return { units, queued, where: `${plural(jobs, "job")}, which graft worker does on any machine` };
}

function roundFrom({ beyondRound }: SubmitOptions): number | undefined {
  return beyondRound === undefined ? undefined : parseWhole(beyondRound, "--beyond-round", { min: 0, max: 1_000_000 });
}

/** @throws ConfigError if a study is to be changed that has begun. */
function requireNoChange(options: SubmitOptions): void {
  const { threads } = computingOptionTable;
  const shaping: Record<string, OptionEntry> = { ...studyOptionTable, threads, out: { flags: "--out", help: "" } };
  const typed: Readonly<Record<string, unknown>> = {
    ...options,
    augment: options.augment === false ? false : undefined,
  };
  const named = Object.keys(shaping).find((name) => typed[name] !== undefined);
  if (named === undefined) return;
  throw new ConfigError(
    `${typedName(shaping[named])}: expected none beside the folder of a study, which goes on as it began. Leave it out, or submit a new study.`,
  );
}

/** Writes the study of a file and options into a new folder, and trains nothing. */
async function begin(
  file: string | undefined,
  options: SubmitOptions,
  { argv, ...conduct }: Omit<Parameters<typeof openNewStudy>[1], "directory"> & { argv: readonly string[] },
): Promise<string> {
  const config = await studyFrom(file, options);
  const threads = parseThreads(options.threads) ?? USUAL_THREADS;
  const device = await chooseDevice(options.device, { threads });
  const { directory, release } = await claimFolder({ out: options.out, name: config.name });
  try {
    const study = await openNewStudy({ config, threads, ...device, options, argv }, { ...conduct, directory });
    await beginStudy(study);
    return directory;
  } catch (error) {
    await release();
    throw error;
  }
}

function typedRequest(request: Record<string, string>): string[] {
  return Object.entries(request).flatMap(([name, value]) => [`--slurm-${name}`, value]);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
