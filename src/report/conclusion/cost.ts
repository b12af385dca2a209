/** @file What freezing did to the time, with the price of the source model beside it. */

import { count, duration, isNumber, list, times } from "../../core/index.ts";
import type { RunRecord } from "../../study/index.ts";
import { type ModelRuns, meanEpochMs } from "../runs/models.ts";
import { mean } from "../../statistics/index.ts";
import type { Contender } from "./contenders.ts";

/** More models than this are left to the table; the best come first. */
const MOST_TOLD = 6;

interface Times {
  epochMs: number;
  totalMs: number;
  featureMs: number;
}

/** The paragraph on time; none if no finished model has a frozen part. */
export function costParagraph(contenders: Contender[], models: ModelRuns[]): string[] {
  const frozen = contenders.filter((one) => one.freezes);
  if (frozen.length === 0) return [];
  const baseline = contenders.find((one) => !one.transfers && !one.freezes);
  const reference = baseline ? timesOf(baseline.model.done) : undefined;
  const sentences = frozen.slice(0, MOST_TOLD).map((one) => freezeSentence(one, reference));
  if (frozen.length > MOST_TOLD) sentences.push("The times of the others are in the table.");
  const against =
    baseline && reference
      ? `Training everything from scratch${baseline.name === baseline.model.label ? "" : ` (${baseline.name})`} took ${duration(reference.epochMs)} an epoch and ${duration(reference.totalMs)} in all. `
      : "";
  return [`${against}${sentences.join(" ")}${sourceSentence(frozen, models)}`];
}

function freezeSentence(one: Contender, reference: Times | undefined): string {
  const own = timesOf(one.model.done);
  const [run] = one.model.done;
  if (!own || !run) return "";
  const features = featurePhrase(own.featureMs);
  const epochRatio = reference ? ` (${ratio(reference.epochMs, own.epochMs)})` : "";
  const totalRatio = reference ? ` (${ratio(reference.totalMs, own.totalMs)})` : "";
  return (
    `${one.name} trained ${count(run.trainableParameters)} of ${count(run.totalParameters)} parameters: ` +
    `${duration(own.epochMs)} an epoch${epochRatio}, ${duration(own.totalMs)} in all${totalRatio}${features}.`
  );
}

/** A run whose features another one left behind spends next to nothing on them. */
function featurePhrase(featureMs: number): string {
  if (featureMs === 0) return "";
  if (featureMs < 1) return ", on features of the frozen layers that were computed already";
  return `, ${duration(featureMs)} of it to compute the frozen layers' features once`;
}

/** The source models that the frozen ones start from were trained first, and that was not free. */
function sourceSentence(frozen: Contender[], models: ModelRuns[]): string {
  const starts = new Set(frozen.flatMap((one) => one.model.done.map((run) => run.startsFrom)));
  const sources = models.filter((model) => model.runs.some((run) => starts.has(run.id)));
  const parts = sources.flatMap((model) => {
    const own = timesOf(model.done);
    return own ? [`${model.short} (${duration(own.totalMs)})`] : [];
  });
  return parts.length > 0 ? ` Not counted there: training ${list(parts)}, from which they start.` : "";
}

function ratio(referenceMs: number, ownMs: number): string {
  const speedUp = referenceMs / ownMs;
  if (speedUp > 0.95 && speedUp < 1.05) return "about the same";
  return speedUp > 1 ? `${times(speedUp)} faster` : `${times(1 / speedUp)} slower`;
}

/** Means over the finished runs of a model. */
function timesOf(runs: RunRecord[]): Times | undefined {
  const epochs = runs.map(meanEpochMs).filter(isNumber);
  if (epochs.length === 0) return undefined;
  return {
    epochMs: mean(epochs),
    totalMs: mean(runs.map((run) => run.durationMs)),
    featureMs: mean(runs.map((run) => run.featureDurationMs)),
  };
}
