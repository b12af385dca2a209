/** @file What was measured, as plain data, and what follows from it: medians, ratios, shares, targets met or not. */

/** One answer of a peer. */
export interface Measurement {
  /** In the scenario's unit. */
  readonly value: number;
  /** Null where the program does not tell. */
  readonly peakRssBytes: number | null;
  /** Whatever else the program tells, kept as it is. */
  readonly details?: unknown;
}

export type Unit = "images/s" | "GFLOP/s" | "s" | "ms" | "%" | "MB";

/** What is hoped for. */
export type Target =
  /** Graft at least so many times as fast as the peer. */
  | { readonly measure: "ratio"; readonly peer: string; readonly atLeast: number }
  /** Graft's peak memory at most so many times the peer's. */
  | { readonly measure: "memory"; readonly peer: string; readonly atMost: number }
  /** Graft's own figure at most this, or at least. */
  | { readonly measure: "value"; readonly atMost: number }
  | { readonly measure: "value"; readonly atLeast: number };

/** What one of several settings reached in the better of two rounds. */
export interface TriedSetting {
  readonly about: string;
  /** In the scenario's unit; null if it could not run. */
  readonly value: number | null;
}

/** One peer's rounds in a scenario. */
export interface PeerResult {
  readonly name: string;
  /** Which version and settings: `PyTorch 2.15.0, eager, channels last`. */
  readonly about?: string;
  /** The settings of which the fastest was measured, where there were several. */
  readonly tried?: readonly TriedSetting[];
  /** In the order measured; peers took turns, so that equal places belong together. */
  readonly rounds: readonly number[];
  readonly peakRssMb: number | null;
  /** Arithmetic of one image as counted from the network's graph; null where the unit is not images/s. */
  readonly flopsPerImage: number | null;
  readonly details?: unknown;
}

/** One scenario on one device. */
export interface ScenarioResult {
  readonly name: string;
  readonly description: string;
  readonly unit: Unit;
  /** Where Graft computed; its peers always compute on the processor. */
  readonly device: string;
  /** ISO 8601, when it was measured. */
  readonly date: string;
  /** System, number of processors and version of Node. */
  readonly machine: string;
  /** Figures of different processors never stand in one table. */
  readonly processor: string;
  /** The first is Graft; those whose names begin with `ceiling` are the machine's own limit. Empty where nothing could be measured. */
  readonly peers: readonly PeerResult[];
  readonly targets: readonly Target[];
  /** Why the scenario, or some peers of it, could not be measured. */
  readonly notes: readonly string[];
}

/** `bench/results/latest.json`. */
export interface Results {
  readonly formatVersion: typeof FORMAT_VERSION;
  readonly results: readonly ScenarioResult[];
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** A target, what was measured of it, and whether that is enough. */
export interface Verdict {
  readonly target: Target;
  readonly measured: number;
  readonly met: boolean;
}

/** Of the file of results; older files are written anew. */
export const FORMAT_VERSION = 3;

/** Peers whose names begin so say, in GFLOP/s, what the machine can do at all. */
export const CEILING = "ceiling";

/** True for a limit of the machine instead of a program that does the work. */
export function isCeiling({ name }: PeerResult): boolean {
  return name.startsWith(CEILING);
}

/** In each round the best of the machine's limits; null where none was measured. */
export function ceilingRounds({ peers }: ScenarioResult): number[] | null {
  const [first, ...others] = peers.filter(isCeiling);
  if (first === undefined) return null;
  return first.rounds.map((rate, round) => Math.max(rate, ...others.map(({ rounds }) => rounds[round])));
}

const LOWER_IS_BETTER: ReadonlySet<Unit> = new Set<Unit>(["s", "ms", "%", "MB"]);

/**
 * The earlier results with the newer ones in their places; `order` (names of scenarios) decides where new ones go,
 * and results of scenarios that are no longer in it are dropped.
 *
 * A scenario that could not be measured this time does not displace figures of a time when it could.
 */
export function mergeResults(
  earlier: readonly ScenarioResult[],
  newer: readonly ScenarioResult[],
  order: readonly string[],
): ScenarioResult[] {
  const keyOf = ({ name, device, processor }: ScenarioResult): string => `${name}\n${device}\n${processor}`;
  const merged = new Map(earlier.map((result) => [keyOf(result), result]));
  for (const result of newer) {
    const known = merged.get(keyOf(result));
    if (result.peers.length > 0 || known === undefined || known.peers.length === 0) merged.set(keyOf(result), result);
  }
  return [...merged.values()]
    .filter(({ name }) => order.includes(name))
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name) || keyOf(a).localeCompare(keyOf(b)));
}

/** Median and range; the median of an even count is the mean of the middle two. */
export function spread(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}

/** How many times as fast Graft was as a peer, round by round. */
export function ratioTo(result: ScenarioResult, peer: PeerResult): Spread {
  const { rounds } = result.peers[0];
  return spread(
    rounds.map((value, round) =>
      LOWER_IS_BETTER.has(result.unit) ? peer.rounds[round] / value : value / peer.rounds[round],
    ),
  );
}

/** Counted arithmetic as a share of what the machine could do in the same rounds; null where either is unknown. */
export function shareOfCeiling(result: ScenarioResult, { rounds, flopsPerImage }: PeerResult): number | null {
  const ceiling = ceilingRounds(result);
  if (ceiling === null || flopsPerImage === null) return null;
  return spread(rounds.map((rate, round) => (rate * flopsPerImage) / (ceiling[round] * 1e9))).median;
}

/** Every target of which something was measured. */
export function verdictsOf(result: ScenarioResult): Verdict[] {
  return result.targets.flatMap((target) => {
    const measured = measuredOf(result, target);
    if (measured === null) return [];
    return [{ target, measured, met: "atLeast" in target ? measured >= target.atLeast : measured <= target.atMost }];
  });
}

function measuredOf(result: ScenarioResult, target: Target): number | null {
  const [graft] = result.peers;
  if (graft === undefined) return null;
  if (target.measure === "value") return spread(graft.rounds).median;
  const peer = result.peers.find(({ name }) => name === target.peer);
  if (peer === undefined) return null;
  if (target.measure === "ratio") return ratioTo(result, peer).median;
  return graft.peakRssMb === null || peer.peakRssMb === null ? null : graft.peakRssMb / peer.peakRssMb;
}
