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
 * The model file at `place`; `run` is the id of a study's run.
 *
 * Of a study, the finished run on the target task with the highest validation accuracy is chosen, at a tie that with
 * the lower validation loss. Test images never choose.
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

async function modelOfStudy(directory: string, id: string | undefined): Promise<FoundModel> {
  const { runs } = await readSummary(directory);
  const finished = runs.filter(({ status }) => status === "done");
  const modelOf = (run: RunRecord): string => join(openRunStore(directory).runDirectory(run.id), MODEL);
  if (id !== undefined) {
    const chosen = lookUp(Object.fromEntries(runs.map((run) => [run.id, run])), id, "--run");
    if (chosen.status === "done") return { path: modelOf(chosen) };
    throw new ConfigError(`--run: expected a finished run, got ${id}, which is ${chosen.status}. Choose another.`);
  }
  const onTarget = finished.filter(({ task }) => task === "target");
  const candidates = onTarget.length > 0 ? onTarget : finished;
  if (candidates.length === 0) {
    throw new ConfigError(`${directory}: expected a study with a finished run, got none. Resume the study first.`);
  }
  if (candidates.length === 1)
    return {
      path: modelOf(candidates[0]),
      reason: `${candidates[0].id}, the only finished run${onTarget.length > 0 ? " on the target task" : ""}`,
    };
  const [best] = candidates.flatMap(validated).sort((a, b) => b.accuracy - a.accuracy || a.loss - b.loss);
  if (best === undefined) {
    throw new ConfigError(
      `${directory}: expected one run to predict with, got ${candidates.length} and no validation images to choose by: ` +
        `${candidates.map((run) => run.id).join(", ")}. Choose one with --run.`,
    );
  }
  const accuracy = percent(best.accuracy);
  return { path: modelOf(best.run), reason: `${best.run.id}, with the highest validation accuracy, ${accuracy}` };
}

/** What a run's model, the last epoch's or the one kept, reached on the images held back; nothing where none were. */
function validated(run: RunRecord): { run: RunRecord; accuracy: number; loss: number }[] {
  const { epochs, keptEpoch } = run;
  const kept: EpochRecord | undefined =
    keptEpoch === undefined ? epochs.at(-1) : epochs.find(({ epoch }) => epoch === keptEpoch);
  const { validationAccuracy: accuracy, validationLoss: loss = Infinity } = kept ?? {};
  return accuracy === undefined ? [] : [{ run, accuracy, loss }];
}
