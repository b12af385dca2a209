/** @file Whatever happens to the files of a study: it is said by name, or changes no result. */

import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stream } from "../../src/core/index.ts";
import { type StudyEvent, readSummary } from "../../src/study/index.ts";
import { damagedFile, fileDamages } from "../support/damage.ts";
import { filesIn, newFolder, resultsOf, resume, run, smallStudy } from "./study-folder.ts";

/** More where there is time: a number in GRAFT_DAMAGES. */
const damages = Number(process.env["GRAFT_DAMAGES"] ?? 12);

const KINDS = [...fileDamages, "swap", "foreign", "delete"] as const;
const IDS = ["M1-source-seed0", "M2-scratch-seed0", "M3-last-layer-seed0"];
const study = smallStudy({ strategies: ["scratch", "last-layer"], training: { epochs: 2, batchSize: 32 } });

/** The study, finished or stopped in the second epoch of its first run. */
async function madeStudy({ finished }: { finished: boolean }): Promise<string> {
  const stop = new AbortController();
  const listener = (event: StudyEvent): void => {
    if (!finished && event.type === "batch" && event.epoch === 2 && event.batch === 2) stop.abort();
  };
  return (await run(study, { listener, signal: stop.signal })).directory;
}

const isState = (path: string): boolean => /\.(json|jsonl|safetensors|onnx)$/.test(path);

/** Damages one file of the study in `directory`; says what was done. */
function damage(directory: string, { other, number }: { other: string; number: number }): string {
  const random = stream(1, "damage", number);
  const draw = (): number => random.uniform();
  const choose = <T>(list: readonly T[]): T => list[Math.floor(draw() * list.length)];
  const kind = choose(KINDS);
  const file = choose(filesIn(directory).filter(isState));
  const path = join(directory, file);
  if (kind === "delete") rmSync(path);
  else if (kind === "foreign" || kind === "swap") {
    const twin = file.replace(/M\d-[a-z-]+-seed0/, choose(IDS));
    const from = join(kind === "swap" ? directory : other, kind === "swap" ? twin : file);
    if (existsSync(from) && from !== path) cpSync(from, path);
  } else writeFileSync(path, damagedFile(readFileSync(path), kind, draw));
  return `${number}: ${kind} ${file}`;
}

/** What readers and a resumed study make of it: refused, said, or the same. */
async function outcomeOf(directory: string, unbroken: unknown): Promise<string> {
  const problems: string[] = [];
  const listener = (event: StudyEvent): void => {
    if (event.type === "run-discarded") problems.push(event.problem);
  };
  try {
    await resume(directory, { listener });
  } catch (error) {
    return /^(\/[^\n]+): [^\n]+\.$/.test((error as Error).message) ? "refused" : `unclear: ${String(error)}`;
  }
  const isSame = JSON.stringify(resultsOf(directory, IDS)) === JSON.stringify(unbroken);
  if (!isSame) return "silent";
  return problems.length > 0 ? "trained again" : "harmless";
}

/** What a report would be made from: refused, the same, or other. */
async function reportOf(directory: string, whole: string): Promise<string> {
  try {
    return JSON.stringify(await readSummary(directory)) === whole ? "harmless" : "silent";
  } catch (error) {
    return /^(\/[^\n]+): [^\n]+\.$/.test((error as Error).message) ? "refused" : `unclear: ${String(error)}`;
  }
}

test("no damage of a study's files is taken in silence", { timeout: 0 }, async () => {
  const [done, other] = [await madeStudy({ finished: true }), await madeStudy({ finished: true })];
  const [stopped, otherStopped] = [await madeStudy({ finished: false }), await madeStudy({ finished: false })];
  const unbroken = resultsOf(done, IDS);
  const counts: Record<string, number> = {};
  for (let number = 0; number < damages; number++) {
    const isStopped = number % 2 === 1;
    const directory = newFolder();
    cpSync(isStopped ? stopped : done, directory, { recursive: true });
    const whole = JSON.stringify(await readSummary(directory));
    const what = damage(directory, { other: isStopped ? otherStopped : other, number });
    const outcomes = [await reportOf(directory, whole), await outcomeOf(directory, unbroken)];
    for (const [place, outcome] of outcomes.entries()) {
      const name = `${place === 0 ? "report" : "resume"} ${outcome}`;
      counts[name] = (counts[name] ?? 0) + 1;
      expect(["refused", "trained again", "harmless"], `${what}: ${name}`).toContain(outcome);
    }
    rmSync(directory, { recursive: true });
  }
  if (process.env["GRAFT_DAMAGES"] !== undefined) console.log(counts);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(2 * damages);
});
