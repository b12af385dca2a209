/** @file Results as text: a few lines for the terminal, and the part of a Markdown page. */

import {
  type PeerResult,
  type ScenarioResult,
  type Spread,
  type TriedSetting,
  type Verdict,
  ceilingRounds,
  isCeiling,
  ratioTo,
  shareOfCeiling,
  spread,
  verdictsOf,
} from "./results.ts";

const NOTHING = "–";

/** A number as people read it: three digits, more only before the point. */
export function formatNumber(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** One scenario for the terminal. */
export function terminalText(result: ScenarioResult): string {
  const { name, unit, device, peers, notes } = result;
  const rows = peers.map((peer, index) => {
    const parts = [`${withRange(spread(peer.rounds))} ${isCeiling(peer) ? "GFLOP/s" : unit}`];
    if (peer.about !== undefined) parts.push(peer.about);
    const share = shareOfCeiling(result, peer);
    if (share !== null) parts.push(`${percent(share)} of the ceiling`);
    if (peer.peakRssMb !== null) parts.push(`peak ${peer.peakRssMb.toFixed(0)} MB`);
    if (index > 0 && !isCeiling(peer)) parts.push(`graft is ${withRange(ratioTo(result, peer))} times as fast`);
    return [
      `  ${peer.name.padEnd(16)} ${parts.join(", ")}`,
      ...(peer.tried ?? []).map((one) => `    ${triedText(one)}`),
    ];
  });
  const verdicts = verdictsOf(result).map(
    (verdict) =>
      `  target           ${targetText(verdict)}: ${formatNumber(verdict.measured)}, ${verdict.met ? "met" : "not met"}`,
  );
  return [`${name} (${device})`, ...rows.flat(), ...verdicts, ...notes.map((note) => `  ${note}`)].join("\n");
}

function triedText({ about, value }: TriedSetting): string {
  return `${value === null ? "failed" : formatNumber(value)} ${about}`;
}

/**
 * The marked part of the page on performance, in Markdown that is still to be formatted: a table for each processor,
 * the one that was measured last first.
 */
export function performanceText(results: readonly ScenarioResult[]): string {
  const latest = (own: readonly ScenarioResult[]): string =>
    own
      .map(({ date }) => date)
      .toSorted()
      .at(-1) ?? "";
  const processors = [...Map.groupBy(results, ({ processor }) => processor)].toSorted(([, a], [, b]) =>
    latest(b).localeCompare(latest(a)),
  );
  return [
    "Written by `npm run bench`, which measures Graft and its peers in turns and gives medians with their ranges over the rounds. Each processor has tables of its own; figures of one are not to be held against those of another. PyTorch is the version that a row names, in the fastest of the settings that were tried.",
    "A share of the ceiling is the arithmetic of the convolutions and matrix products that the network's graph needs, over what the fastest product or convolution of onnxruntime or PyTorch reached in the same rounds (in rows of before 29 November 2026: a 1024 x 1024 product of onnxruntime); where layers are frozen Graft needs less of it. Pairs are Graft : peer. Peak memory is a whole process's, the program itself included.",
    ...processors.map(([processor, own]) => `### ${processor}\n\n${processorText(own)}`),
  ].join("\n\n");
}

function processorText(results: readonly ScenarioResult[]): string {
  const measured = results.filter(({ peers }) => peers.length > 0);
  const compared = measured.filter(({ peers }) => peersOf(peers).length > 0);
  const alone = measured.filter((result) => !compared.includes(result) && !measuresCeiling(result));
  const unmeasured = results.flatMap(({ name, notes }) => notes.map((note) => `- \`${name}\`: ${note}`));
  return [
    introduction(measured),
    ...(compared.length === 0
      ? []
      : [
          table(
            ["what", "Graft", "peer", "Graft is faster by (range)", "share of ceiling", "peak MB", "target", "date"],
            compared.flatMap(comparedRows),
          ),
        ]),
    ...(alone.length === 0 ? [] : [table(["what", "measured", "target", "date"], alone.map(aloneRow))]),
    ...(unmeasured.length === 0 ? [] : ["Not measured:", unmeasured.join("\n")]),
  ].join("\n\n");
}

function introduction(measured: readonly ScenarioResult[]): string {
  const machines = [...new Set(measured.map(({ machine }) => machine))];
  const ceilings = measured.filter(measuresCeiling).map(ceilingText);
  return [
    `Machine: ${machines.join("; ")}.`,
    ...(ceilings.length === 0 ? [] : [`The machine's ceiling: ${ceilings.join("; ")}.`]),
  ].join(" ");
}

function ceilingText(result: ScenarioResult): string {
  const { median } = spread(ceilingRounds(result) ?? []);
  const works = result.peers.flatMap(({ about, rounds }) =>
    about === undefined ? [] : [`${about}: ${formatNumber(spread(rounds).median)}`],
  );
  const best = `${result.description}${on(result.device)}: ${formatNumber(median)} GFLOP/s`;
  return works.length === 0 ? best : `${best} (${works.join(", ")})`;
}

function comparedRows(result: ScenarioResult): string[][] {
  const [graft] = result.peers;
  const verdicts = verdictsOf(result);
  return peersOf(result.peers).map((peer) => [
    `${result.description}${on(result.device)}`,
    figure(result, graft),
    `${peer.about ?? peer.name}: ${figure(result, peer)}`,
    withRange(ratioTo(result, peer)),
    pair(shareOfCeiling(result, graft), shareOfCeiling(result, peer), percent),
    pair(graft.peakRssMb, peer.peakRssMb, (value) => value.toFixed(0)),
    verdicts
      .filter(({ target }) => target.measure !== "value" && target.peer === peer.name)
      .map(verdictText)
      .join("; ") || NOTHING,
    result.date.slice(0, 10),
  ]);
}

function aloneRow(result: ScenarioResult): string[] {
  const { rounds } = result.peers[0];
  return [
    `${result.description}${on(result.device)}`,
    `${rounds.length > 1 ? withRange(spread(rounds)) : formatNumber(rounds[0])} ${result.unit}`,
    verdictsOf(result).map(verdictText).join("; ") || NOTHING,
    result.date.slice(0, 10),
  ];
}

function verdictText(verdict: Verdict): string {
  return `${targetText(verdict)}: ${verdict.met ? "met" : "**not met**"}`;
}

function targetText({ target }: Verdict): string {
  if (target.measure === "ratio") return `≥ ${target.atLeast} times`;
  if (target.measure === "memory") return `memory ≤ ${target.atMost} times`;
  return "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}

/** The median with its unit. */
export function figure({ unit }: ScenarioResult, { rounds }: PeerResult): string {
  return `${formatNumber(spread(rounds).median)} ${unit}`;
}

function withRange({ median, min, max }: Spread): string {
  return `${formatNumber(median)} (${formatNumber(min)} to ${formatNumber(max)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function pair(a: number | null, b: number | null, format: (value: number) => string): string {
  return a === null || b === null ? NOTHING : `${format(a)} : ${format(b)}`;
}

function on(device: string): string {
  return device === "cpu" ? "" : ` (Graft on ${device})`;
}

function measuresCeiling({ peers }: ScenarioResult): boolean {
  return peers.length > 0 && peers.every(isCeiling);
}

/** Those that Graft is compared with. */
function peersOf(peers: readonly PeerResult[]): PeerResult[] {
  return peers.slice(1).filter((peer) => !isCeiling(peer));
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
