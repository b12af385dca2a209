/** @file Overfitting: the gap between train and test accuracy, and test losses that rise again. */

import { isNumber, list, unsignedPoints } from "../../core/index.ts";
import type { EpochRecord, StudySummary } from "../../study/index.ts";
import { bestLossEpoch, keptEpoch } from "../runs/models.ts";
import { mean } from "../../statistics/index.ts";
import { activeInTraining } from "../sentences/recipe-words.ts";
import type { Contender } from "./contenders.ts";

/** Gaps below this are not worth a sentence of their own. */
const NOTABLE_GAP = 0.03;
/** How far above its minimum a final test loss has to be to count as rising. */
const NOTABLE_RISE = 1.1;
/** More models than this are told together. */
const MOST_TOLD = 6;

/** How much better a model is on its training images, as a difference of accuracies. */
interface Gap {
  one: Contender;
  gap: number;
}

/** The paragraph on overfitting of the finished target models. */
export function overfitParagraph(contenders: Contender[], summary: StudySummary): string[] {
  if (contenders.length === 0) return [];
  const gaps = contenders.map((one) => ({ one, gap: gapOf(one) }));
  const wide = gaps.filter(({ gap }) => gap > NOTABLE_GAP);
  const gapSentence =
    wide.length > 0
      ? `Overfitting: the accuracy on the training images exceeds that on the test set by ${gapsText(wide)}.`
      : `No model is more than ${100 * NOTABLE_GAP} percentage points better on its training images than on the test set.`;
  const caution = `Train accuracy is measured during the epoch, with ${activeInTraining(summary, "accuracy")} active, so the true gap tends to be wider.`;
  const rising = contenders.flatMap(risingLoss);
  const told = rising.length > MOST_TOLD ? [manyRising(rising.length, contenders.length)] : rising;
  return [[gapSentence, caution, ...told].join(" ")];
}

function gapsText(wide: readonly Gap[]): string {
  if (wide.length <= MOST_TOLD) {
    return list(wide.map(({ one, gap }) => `${unsignedPoints(gap)} percentage points for ${one.name}`));
  }
  const [least, ...more] = wide.toSorted((a, b) => a.gap - b.gap);
  const most = more[more.length - 1];
  return `${unsignedPoints(least.gap)} (${least.one.name}) to ${unsignedPoints(most.gap)} percentage points (${most.one.name}) for ${wide.length} models`;
}

function manyRising(rising: number, all: number): string {
  const whose = rising === all ? `all ${all} models` : `${rising} of ${all} models`;
  return `The test loss of ${whose} rises again towards the end: they grow more confident of their mistakes.`;
}

function gapOf(contender: Contender): number {
  const gaps = contender.model.done
    .map(keptEpoch)
    .filter((epoch): epoch is EpochRecord => epoch !== undefined)
    .map((epoch) => epoch.trainAccuracy - epoch.testAccuracy)
    .filter(isNumber);
  return gaps.length > 0 ? mean(gaps) : 0;
}

function risingLoss(contender: Contender): string[] {
  const rising = contender.model.done.filter((run) => {
    const [last, best] = [keptEpoch(run), bestLossEpoch(run)];
    return last !== undefined && best !== undefined && last.testLoss > NOTABLE_RISE * best.testLoss;
  });
  const [first] = rising;
  const lowest = first && bestLossEpoch(first);
  if (!first || !lowest) return [];
  const total = contender.model.done.length;
  const where = total === 1 ? ` after epoch ${lowest.epoch}` : ` towards the end in ${rising.length} of ${total} seeds`;
  return [`The test loss of ${contender.name} rises again${where}: it grows more confident of its mistakes.`];
}
