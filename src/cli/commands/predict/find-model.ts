/** @file Which model file a path means: itself, that of a run, or that of a run of a study. */

import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ConfigError, lookUp, percent } from "../../../core/index.ts";
import {
  type EpochRecord,
  type RunRecord,
  holdsStudy,
  modelChecksum,
  openRunStore,
  readSummary,
  recommendStrategies,
} from "../../../study/index.ts";

const MODEL = "model.onnx";

/** A model file, and why it is this one where Graft chose. */
export interface FoundModel {
  readonly path: string;
  /** SHA-256 that its run wrote down; absent where no run did. */
  readonly checksum?: string;
  readonly reason?: string;
}

/**
 * The model file at `place`; `run` is the id of a study's run, or a strategy of it.
 *
 * Of a study, the finished run on the target task with the highest validation accuracy is chosen, at a tie that with
 * the lower validation loss. Where no images were there to choose by, it is the first run of the strategy that the study
 * recommends: strategies are what test images compare, and runs of one strategy they do not choose among.
 *
 * @throws ConfigError if there is none, or several and nothing to choose by.
 */
export async function findModel(place: string, { run }: { run?: string | undefined } = {}): Promise<FoundModel> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) {
    throw new ConfigError(
      `model: expected a model.onnx, or the folder of a run or a study, got "${place}", which is not there. ` +
        "Correct the path.",
    );
  }
  if (found.isDirectory() && holdsStudy(place)) return await withChecksum(await modelOfStudy(place, run));
  if (run !== undefined) {
    throw new ConfigError(
      `--run: expected it with the folder of a study, got "${place}", which is none. Leave it out, or give the study.`,
    );
  }
  if (!found.isDirectory()) return await withChecksum({ path: place });
  const path = join(place, MODEL);
  if (existsSync(path)) return await withChecksum({ path });
  throw new ConfigError(
    `${place}: expected a ${MODEL}, or the folder of a finished run or of a study, got a folder without. ` +
      "Resume the study if its run is unfinished, or give another folder.",
  );
}

/** @throws DataError if the record beside the model is damaged. */
async function withChecksum(model: FoundModel): Promise<FoundModel> {
  const checksum = basename(model.path) === MODEL ? await modelChecksum(dirname(model.path)) : null;
  return checksum === null ? model : { ...model, checksum };
}

async function modelOfStudy(directory: string, name: string | undefined): Promise<FoundModel> {
  const { runs } = await readSummary(directory);
  const finished = runs.filter(({ status }) => status === "done");
  const modelOf = (run: RunRecord): string => join(openRunStore(directory).runDirectory(run.id), MODEL);
  const ofStrategy = finished.filter(({ strategy }) => strategy === name);
  if (name !== undefined && ofStrategy.length === 0) return { path: modelOf(runNamed(name, runs)) };
  const onTarget = finished.filter(({ task }) => task === "target");
  const candidates = [ofStrategy, onTarget, finished].find(({ length }) => length > 0);
  if (candidates === undefined) {
    throw new ConfigError(`${directory}: expected a study with a finished run, got none. Resume the study first.`);
  }
  const { run, reason } = chooseRun(candidates, directory);
  return { path: modelOf(run), reason: `${run.id}, ${reason}` };
}

function runNamed(name: string, runs: readonly RunRecord[]): RunRecord {
  const strategies = runs.flatMap(({ status, strategy }) => (status === "done" ? [strategy] : []));
  const names = [...runs.map(({ id }) => id), ...strategies];
  lookUp(Object.fromEntries(names.map((own) => [own, own])), name, "--run");
  const run = runs.find(({ id }) => id === name);
  if (run?.status === "done") return run;
  throw new ConfigError(`--run: expected a finished run, got ${name}, which is ${run?.status}. Choose another.`);
}

/** One of several finished runs, and why, as a phrase. */
function chooseRun(candidates: readonly RunRecord[], directory: string): { run: RunRecord; reason: string } {
  const [first, second] = candidates;
  if (second === undefined) {
    return { run: first, reason: `the only finished run${first.task === "target" ? ` of ${first.strategy}` : ""}` };
  }
  const [best] = candidates.flatMap(validated).sort((a, b) => b.accuracy - a.accuracy || a.loss - b.loss);
  if (best !== undefined) {
    return { run: best.run, reason: `with the highest validation accuracy, ${percent(best.accuracy)}` };
  }
  const recommended = recommendStrategies(candidates).at(-1);
  const run = candidates.find(
    ({ strategy, imagesPerClass }) =>
      strategy === recommended?.recommended && imagesPerClass === recommended.imagesPerClass,
  );
  if (run !== undefined) return { run, reason: `the first run of ${run.strategy}, which the study recommends` };
  throw new ConfigError(
    `${directory}: expected one run to predict with, got ${candidates.length} and none that has learned its task: ` +
      `${candidates.map(({ id }) => id).join(", ")}. Choose one with --run.`,
  );
}

/** What a run's model, the last epoch's or the one kept, reached on the images held back; nothing where none were. */
function validated(run: RunRecord): { run: RunRecord; accuracy: number; loss: number }[] {
  const { epochs, keptEpoch } = run;
  const kept: EpochRecord | undefined =
    keptEpoch === undefined ? epochs.at(-1) : epochs.find(({ epoch }) => epoch === keptEpoch);
  const { validationAccuracy: accuracy, validationLoss: loss = Infinity } = kept ?? {};
  return accuracy === undefined ? [] : [{ run, accuracy, loss }];
}
