/** @file `graft find-lr`: the learning-rate range test of a strategy in a study. */

import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ConfigError, loss, plural } from "../../core/index.ts";
import { writeFileAtomic } from "../../files/index.ts";
import { learningRateFigure, strategyName } from "../../report/index.ts";
import {
  type LearningRateTest,
  type StudyConfig,
  type StudyFile,
  findLearningRate as find,
  readStudyFile,
  requireSameData,
} from "../../study/index.ts";
import { strategyNamed } from "../../transfer/index.ts";
import { chooseDevice } from "../device/choose-device.ts";
import {
  type ComputingOptions,
  type StudyOptions,
  computingOptionTable,
  studyOptionTable,
  typedName,
} from "../options/option-table.ts";
import { parsePositive, parseWhole } from "../options/parse-values.ts";
import { studyFrom } from "../options/study-options.ts";
import { openStudy } from "../study/open-study.ts";
import { claimFolder } from "../study/results-folder.ts";
import { Interrupted, listenForInterrupt } from "../terminal/interrupt.ts";
import { createDisplay } from "../terminal/displays/create-display.ts";
import type { Display } from "../terminal/displays/display.ts";
import { say, sayAside } from "../terminal/say.ts";

/** What the command line holds, as typed. */
export type FindLrOptions = StudyOptions &
  ComputingOptions & {
    readonly strategy?: string;
    readonly from: string;
    readonly to: string;
    readonly steps: string;
    readonly fromStudy?: string;
    readonly out?: string;
  };

/** What another study than that of a folder would need. */
const otherStudy = { ...studyOptionTable, fallbackData: computingOptionTable.fallbackData };

/** Tests the rates and writes `find-lr.csv`, `.json`, `.svg` and `.png`; returns the exit code. */
export async function findLr(file: string | undefined, options: FindLrOptions): Promise<number> {
  const { from, to } = parseRange(options);
  const steps = parseWhole(options.steps, "--steps", { min: 2, max: 100_000 });
  const threads =
    options.threads === undefined
      ? availableParallelism()
      : parseWhole(options.threads, "--threads", { min: 1, max: 1024 });
  if (options.strategy !== undefined) strategyNamed(options.strategy, "--strategy");
  const { config, begun } = await studyOf(file, options);
  const { device, reason } = await chooseDevice(options.device, { threads });
  const { directory, release } = await claimFolder({ out: options.out, name: `${config.name}-find-lr` });
  const display = await createDisplay({ json: options.json === true });
  const interrupt = listenForInterrupt("stopping.", display.notice);
  const { signal } = interrupt;
  try {
    if (reason !== undefined) display.notice(`Computing on ${device}: ${reason}.`);
    const data = await openStudy(config, {
      display,
      signal,
      offline: options.offline === true,
      fallback: options.fallbackData,
    });
    if (begun !== undefined) requireSameData(begun, data);
    const test = await find({
      config,
      ...data,
      strategy: options.strategy,
      from,
      to,
      steps,
      trainedIn: options.fromStudy,
      threads,
      device,
      onOriginEpoch: ({ label, epoch, epochs, loss: mean }) =>
        display.notice(`Training ${label} first, epoch ${epoch}/${epochs}: train loss ${loss(mean)}.`),
      signal,
    });
    if (test === null) throw signal.reason;
    await writeTest(test, directory);
    tell(test, { directory, json: options.json === true, display });
    return 0;
  } catch (error) {
    await release();
    display.close();
    if (error instanceof Interrupted) sayAside("graft: stopped; nothing was written.");
    throw error;
  } finally {
    display.close();
    interrupt.stop();
  }
}

function parseRange(options: FindLrOptions): { from: number; to: number } {
  const from = parsePositive(options.from, "--from");
  const to = parsePositive(options.to, "--to");
  if (from < to) return { from, to };
  throw new ConfigError(`--to: expected a rate above --from, which is ${from}, got ${to}. Exchange them.`);
}

/** The study of a file and options, or that of a folder and how it was begun. */
async function studyOf(
  file: string | undefined,
  options: FindLrOptions,
): Promise<{ config: StudyConfig; begun?: StudyFile }> {
  if (options.fromStudy === undefined) return { config: await studyFrom(file, options) };
  const others = [
    ...(file === undefined ? [] : [file]),
    ...Object.entries(otherStudy).flatMap(([name, entry]) => (isGiven(options, name) ? [typedName(entry)] : [])),
  ];
  if (others.length > 0) {
    throw new ConfigError(
      `--from-study: expected no other study than that of the folder, got ${others.join(", ")} as well. Leave one of them out.`,
    );
  }
  const begun = await readStudyFile(options.fromStudy);
  return { config: begun.config, begun };
}

/** What begins with `--no-` is there, and true, where nobody says it. */
function isGiven(options: FindLrOptions, name: string): boolean {
  const value = options[name as keyof typeof otherStudy];
  return name === "augment" ? value === false : value !== undefined;
}

async function writeTest(test: LearningRateTest, directory: string): Promise<void> {
  const { svg, png } = await learningRateFigure(test);
  const rows = test.points.map(({ step, learningRate, loss: value, smoothedLoss }) =>
    [step, learningRate, value, smoothedLoss].join(","),
  );
  const files = {
    "find-lr.csv": `${["step,learning_rate,loss,smoothed_loss", ...rows].join("\n")}\n`,
    "find-lr.json": `${JSON.stringify(test, null, 2)}\n`,
    "find-lr.svg": svg,
    "find-lr.png": png,
  };
  for (const [name, content] of Object.entries(files)) await writeFileAtomic(join(directory, name), content);
}

function tell(
  test: LearningRateTest,
  { directory, json, display }: { directory: string; json: boolean; display: Display },
): void {
  display.close();
  if (json) {
    console.log(JSON.stringify({ type: "learning-rate", directory, ...test }));
    return;
  }
  const { strategy, configured } = test;
  say(`Tested ${strategyName(test)} (${strategy}) on ${plural(test.trainImages, "training image")}: ${endOf(test)}.`);
  say(suggestionOf(test));
  say(`The study's own rate is ${configured}.`);
  say(`Curve and figure are in ${directory}: find-lr.csv, find-lr.json, find-lr.svg, find-lr.png.`);
}

function endOf({ points, end, steps, from, to }: LearningRateTest): string {
  const last = Number((points[points.length - 1]?.learningRate ?? from).toPrecision(2));
  if (end === "last step") return `${steps} steps from ${from} to ${to}`;
  const why = end === "loss rose" ? "the loss rose to four times its lowest" : "the loss was no longer a number";
  return `from ${from} to ${last}, where ${why}`;
}

function suggestionOf({ suggestion, noSuggestion, from, to }: LearningRateTest): string {
  if (suggestion === null) {
    return noSuggestion === "rates too high"
      ? `No suggestion: it would lie below the lowest rate, ${from}. Start lower with --from.`
      : "No suggestion: the loss fell by less than a twentieth, which may be noise. Take more --steps or other rates.";
  }
  const { learningRate, atMinimum, stillFalling } = suggestion;
  const why = `a tenth of ${Number(atMinimum.toPrecision(2))}, where the smoothed loss was lowest`;
  const more = stillFalling ? ` The loss was still falling at ${to}; --to can go higher.` : "";
  return `Suggested learning rate: ${learningRate} (${why}).${more}`;
}
