/** @file Guesses at transferability held against what transfer then reached. */

import { type RankCorrelation, mean, spearman } from "../../statistics/index.ts";
import type { RunRecord, StudySummary } from "../../study/index.ts";
import type { TransferabilityRecord } from "../runs/record-parts.ts";
import { accuracyOf } from "./study-design.ts";

type Score = TransferabilityRecord["score"];

/** What papers call the scores. */
export const scoreNames: Record<Score, string> = { leep: "LEEP", nce: "NCE", logme: "LogME", "h-score": "H-score" };

/** A guess and the accuracy of the runs it was a guess at, both means over seeds. */
export interface GuessAndOutcome {
  imagesPerClass: number | "all";
  /** Null for scores of the whole source network. */
  layer: string | null;
  value: number;
  accuracy: number;
  seeds: number;
}

/** How a score's order agrees with that of the outcomes. */
export interface ScoreCheck {
  score: Score;
  pairs: GuessAndOutcome[];
  /** Within one budget each, where that has at least five layers or sources; more images raise every accuracy. */
  correlations: { imagesPerClass: number | "all"; correlation: RankCorrelation }[];
}

const FEWEST_PAIRS = 5;

/**
 * Every score against the test accuracy of the frozen-feature run it speaks of: one whose lowest trained layer is the
 * score's layer, or, for scores of the whole network, one that trains the last layer alone.
 */
export function checkScores(summary: StudySummary): ScoreCheck[] {
  const layers = knownLayers(summary);
  const scores = [...new Set(summary.transferability.map(({ score }) => score))];
  return scores.flatMap((score) => {
    const pairs = pairsOf(summary, { score, layers });
    return pairs.length === 0 ? [] : [{ score, pairs, correlations: correlate(pairs) }];
  });
}

/** The longest names first: `block1.0` says more than `block1`. */
function knownLayers({ transferability, runs }: StudySummary): string[] {
  const scored = transferability.flatMap(({ layer }) => layer ?? []);
  const moved = runs.flatMap(({ weightChange }) => weightChange ?? []).map(({ layer }) => layer);
  return [...new Set([...scored, ...moved])].sort((a, b) => b.length - a.length);
}

function pairsOf(
  summary: StudySummary,
  { score, layers }: { score: Score; layers: readonly string[] },
): GuessAndOutcome[] {
  const matched = summary.transferability
    .filter((record) => record.score === score && Number.isFinite(record.value))
    .flatMap((record) => {
      const accuracies = summary.runs
        .filter((run) => isOutcomeOf(run, { record, layers }))
        .flatMap((run) => accuracyOf(run) ?? []);
      return accuracies.length === 0 ? [] : [{ record, accuracy: mean(accuracies) }];
    });
  const keys = new Set(matched.map(({ record }) => keyOf(record)));
  return [...keys].map((key) => {
    const own = matched.filter(({ record }) => keyOf(record) === key);
    const { imagesPerClass, layer } = own[0].record;
    const value = mean(own.map(({ record }) => record.value));
    return { imagesPerClass, layer, value, accuracy: mean(own.map(({ accuracy }) => accuracy)), seeds: own.length };
  });
}

function keyOf({ imagesPerClass, layer }: TransferabilityRecord): string {
  return JSON.stringify([imagesPerClass, layer]);
}

function isOutcomeOf(
  run: RunRecord,
  { record, layers }: { record: TransferabilityRecord; layers: readonly string[] },
): boolean {
  const { seed, imagesPerClass, layer } = record;
  if (run.status !== "done" || run.task !== "target" || run.startsFrom === null) return false;
  if (run.seed !== seed || run.imagesPerClass !== imagesPerClass) return false;
  const proof = run.freezeProof;
  if (!proof || proof.frozen.length === 0) return false;
  // in the network's order
  const trained = [...new Set(proof.trainable.map(({ name }) => layerOf(name, layers)))];
  return layer === null ? trained.length === 1 : trained[0] === layer;
}

/** Names of layers and of tensors within them may hold dots; a layer that nothing else speaks of ends at the last. */
function layerOf(tensor: string, layers: readonly string[]): string {
  return layers.find((layer) => tensor.startsWith(`${layer}.`)) ?? tensor.slice(0, tensor.lastIndexOf("."));
}

function correlate(pairs: readonly GuessAndOutcome[]): ScoreCheck["correlations"] {
  const budgets = [...new Set(pairs.map(({ imagesPerClass }) => imagesPerClass))];
  return budgets.flatMap((imagesPerClass) => {
    const own = pairs.filter((pair) => pair.imagesPerClass === imagesPerClass);
    if (own.length < FEWEST_PAIRS) return [];
    const [values, accuracies] = [own.map(({ value }) => value), own.map(({ accuracy }) => accuracy)];
    return [{ imagesPerClass, correlation: spearman(values, accuracies) }];
  });
}
