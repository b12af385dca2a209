/** @file Results as text: a few lines for the terminal, and the part of a Markdown page. */

import {
  CEILING,
  type PeerResult,
  type ScenarioResult,
  type Spread,
  type Verdict,
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
    const parts = [`${withRange(spread(peer.rounds))} ${peer.name === CEILING ? "GFLOP/s" : unit}`];
    const share = shareOfCeiling(result, peer);
    if (share !== null) parts.push(`${percent(share)} of the ceiling`);
    if (peer.peakRssMb !== null) parts.push(`peak ${peer.peakRssMb.toFixed(0)} MB`);
    if (index > 0 && peer.name !== CEILING) parts.push(`graft is ${withRange(ratioTo(result, peer))} times as fast`);
    return `  ${peer.name.padEnd(16)} ${parts.join(", ")}`;
  });
  const verdicts = verdictsOf(result).map(
    (verdict) =>
      `  target           ${targetText(verdict)}: ${formatNumber(verdict.measured)}, ${verdict.met ? "met" : "not met"}`,
  );
  return [`${name} (${device})`, ...rows, ...verdicts, ...notes.map((note) => `  ${note}`)].join("\n");
}

/** The marked part of the page on performance, in Markdown that is still to be formatted. */
export function performanceText(results: readonly ScenarioResult[]): string {
  const measured = results.filter(({ peers }) => peers.length > 0);
  const compared = measured.filter(({ peers }) => peersOf(peers).length > 0);
  const alone = measured.filter((result) => !compared.includes(result) && !isCeiling(result));
  const unmeasured = results.flatMap(({ name, notes }) => notes.map((note) => `- \`${name}\`: ${note}`));
  return [
    introduction(measured),
    table(
      ["what", "Graft", "peer", "Graft is faster by (range)", "share of ceiling", "peak MB", "target", "date"],
      compared.flatMap(comparedRows),
    ),
    "A share of the ceiling is the arithmetic of the convolutions and matrix products that the network's graph needs, over what the matrix product reached in the same rounds; where layers are frozen Graft needs less of it. Pairs are Graft : peer.",
    ...(alone.length === 0 ? [] : [table(["what", "measured", "target", "date"], alone.map(aloneRow))]),
    ...(unmeasured.length === 0 ? [] : ["Not measured:", unmeasured.join("\n")]),
  ].join("\n\n");
}

function introduction(measured: readonly ScenarioResult[]): string {
  const machines = [...new Set(measured.map(({ machine }) => machine))];
  const ceilings = measured
    .filter(isCeiling)
    .map(
      ({ description, peers, device }) =>
        `${description}${on(device)}: ${formatNumber(spread(peers[0].rounds).median)} GFLOP/s`,
    );
  return [
    `Written by \`npm run bench\`, which measures Graft and its peers in turns and gives medians with their ranges over the rounds. Machine: ${machines.join("; ")}.`,
    ...(ceilings.length === 0 ? [] : [`The machine's ceiling: ${ceilings.join("; ")}.`]),
  ].join(" ");
}

function comparedRows(result: ScenarioResult): string[][] {
  const [graft] = result.peers;
  const verdicts = verdictsOf(result);
  return peersOf(result.peers).map((peer) => [
    `${result.description}${on(result.device)}`,
    figure(result, graft),
    `${peer.name}: ${figure(result, peer)}`,
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

function figure({ unit }: ScenarioResult, { rounds }: PeerResult): string {
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

function isCeiling({ peers }: ScenarioResult): boolean {
  return peers.length > 0 && peers.every(({ name }) => name === CEILING);
}

/** Those that Graft is compared with. */
function peersOf(peers: readonly PeerResult[]): PeerResult[] {
  return peers.slice(1).filter(({ name }) => name !== CEILING);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
