/** @file The README's table of speeds: each figure's range over the processors that were measured. */

import { type ScenarioResult, isCeiling, ratioTo, spread } from "./results.ts";
import { figure, formatNumber, table } from "./table.ts";

/** Scenarios that the README shows, in its order. */
const SHOWN = [
  "photo-train-resnet18-t2",
  "photo-train-resnet50-t2",
  "photo-train-mobilenet-v2-t2",
  "photo-train-convnext-atto-t2",
  "photo-train-vit-tiny-t2",
  "train-b32-t2",
  "train-b32-t1",
  "train-b128-t2",
  "inference-b128-t2",
  "train-resnet-20-t2",
  "train-mobilenet-v2-x0.5-t2",
  "epoch-last-layer",
  "epoch-last-two-layers",
  "study",
  "seeds",
  "features",
  "folder",
];

/** The marked part of the README, in Markdown that is still to be formatted. */
export function speedText(results: readonly ScenarioResult[]): string {
  const onProcessor = results.filter(({ device, peers }) => device === "cpu" && peers.length > 0);
  const rows = SHOWN.map((name) => onProcessor.filter((result) => result.name === name)).filter(
    (own) => own.length > 0,
  );
  return table(["what", "over all processors", "measured"], rows.map(rowOf));
}

function rowOf(results: readonly ScenarioResult[]): string[] {
  const { min, max } = spread(results.map((result) => summaryOf(result).value));
  const range = min === max ? formatNumber(min) : `${formatNumber(min)} to ${formatNumber(max)}`;
  return [
    results[0].description,
    `${range} ${summaryOf(results[0]).unit}`,
    results
      .map((result) => `${summaryOf(result).words} on ${result.processor}, ${result.date.slice(0, 10)}`)
      .join("; "),
  ];
}

/** The ratio to the fastest peer, or Graft's own figure where there is none. */
function summaryOf(result: ScenarioResult): { value: number; unit: string; words: string } {
  const [graft, ...others] = result.peers;
  const own = figure(result, graft);
  const [peer] = others
    .filter((other) => !isCeiling(other))
    .toSorted((a, b) => ratioTo(result, a).median - ratioTo(result, b).median);
  if (peer === undefined) return { value: spread(graft.rounds).median, unit: result.unit, words: own };
  const words = `${own} : ${figure(result, peer)} (${peer.about ?? peer.name})`;
  return { value: ratioTo(result, peer).median, unit: "times as fast", words };
}
