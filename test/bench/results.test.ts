/** @file Results of the bench: merged, compared, judged. */

import { describe, expect, test } from "vitest";
import {
  CEILING,
  type PeerResult,
  type ScenarioResult,
  mergeResults,
  ratioTo,
  shareOfCeiling,
  spread,
  verdictsOf,
} from "../../bench/results.ts";

function peer(name: string, rounds: readonly number[], more: Partial<PeerResult> = {}): PeerResult {
  return { name, rounds, peakRssMb: null, flopsPerImage: null, ...more };
}

function result(name: string, more: Partial<ScenarioResult> = {}): ScenarioResult {
  return {
    name,
    description: name,
    unit: "images/s",
    device: "cpu",
    date: "2026-01-01T00:00:00.000Z",
    machine: "a machine",
    processor: "Chip",
    peers: [peer("graft", [2, 4, 6]), peer("pytorch", [1, 4, 2])],
    targets: [],
    notes: [],
    ...more,
  };
}

describe("mergeResults", () => {
  const order = ["first", "second", "third"];
  const names = (results: readonly ScenarioResult[]): string[] =>
    results.map(({ name, device }) => `${name} ${device}`);

  test("keeps what was not measured anew, with its date, and puts what was in its place", () => {
    const earlier = [result("first"), result("third")];
    const newer = [result("third", { date: "2026-02-02T00:00:00.000Z" }), result("second")];
    const merged = mergeResults(earlier, newer, order);
    expect(names(merged)).toEqual(["first cpu", "second cpu", "third cpu"]);
    expect(merged.map(({ date }) => date.slice(0, 7))).toEqual(["2026-01", "2026-01", "2026-02"]);
  });

  test("keeps one scenario's devices apart", () => {
    const merged = mergeResults([result("first")], [result("first", { device: "webgpu" })], order);
    expect(names(merged)).toEqual(["first cpu", "first webgpu"]);
  });

  test("keeps one scenario's processors apart", () => {
    const merged = mergeResults([result("first")], [result("first", { processor: "Other" })], order);
    expect(merged.map(({ processor }) => processor)).toEqual(["Chip", "Other"]);
  });

  test("drops scenarios that there are no longer", () => {
    expect(names(mergeResults([result("gone"), result("first")], [], order))).toEqual(["first cpu"]);
  });

  test("lets a scenario that could not be measured displace no figures, only an older excuse", () => {
    const skipped = (note: string) => result("first", { peers: [], notes: [note] });
    expect(mergeResults([result("first")], [skipped("no data")], order)[0].peers).toHaveLength(2);
    expect(mergeResults([skipped("old")], [skipped("new")], order)[0].notes).toEqual(["new"]);
    expect(mergeResults([skipped("old")], [result("first")], order)[0].notes).toEqual([]);
  });
});

test("the median of an even count is the mean of the middle two", () => {
  expect(spread([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spread([10, 1, 2, 4])).toEqual({ median: 3, min: 1, max: 10 });
});

test("ratios are taken round by round, so that more than 1 is faster for rates and for times", () => {
  const rates = result("rates");
  expect(ratioTo(rates, rates.peers[1])).toEqual({ median: 2, min: 1, max: 3 });
  const times = result("times", { unit: "s", peers: [peer("graft", [2, 5]), peer("pytorch", [4, 5])] });
  expect(ratioTo(times, times.peers[1])).toEqual({ median: 1.5, min: 1, max: 2 });
});

describe("shareOfCeiling", () => {
  const graft = peer("graft", [10, 20], { flopsPerImage: 5e9 });
  const measured = result("share", { peers: [graft, peer(CEILING, [100, 400])] });

  test("compares with the ceiling of the same round", () => {
    // 50 of 100 and 100 of 400 GFLOP/s
    expect(shareOfCeiling(measured, graft)).toBe((0.5 + 0.25) / 2);
  });

  test("takes the best of several limits in each round", () => {
    const limits = [peer(CEILING, [100, 400]), peer(`${CEILING}-pytorch`, [50, 800])];
    // 50 of 100 and 100 of 800 GFLOP/s
    expect(shareOfCeiling(result("share", { peers: [graft, ...limits] }), graft)).toBe((0.5 + 0.125) / 2);
  });

  test("is unknown without a ceiling or a count of operations", () => {
    expect(shareOfCeiling(result("none", { peers: [graft] }), graft)).toBeNull();
    expect(shareOfCeiling(measured, peer("other", [1, 2]))).toBeNull();
  });
});

describe("verdictsOf", () => {
  test("judges speed and memory against the named peer, and a figure by itself", () => {
    const peers = [peer("graft", [3], { peakRssMb: 200 }), peer("pytorch", [2], { peakRssMb: 100 })];
    const targets = [
      { measure: "ratio", peer: "pytorch", atLeast: 1.5 },
      { measure: "memory", peer: "pytorch", atMost: 1 },
      { measure: "value", atMost: 3 },
    ] as const;
    expect(verdictsOf(result("all", { peers, targets }))).toEqual([
      { target: targets[0], measured: 1.5, met: true },
      { target: targets[1], measured: 2, met: false },
      { target: targets[2], measured: 3, met: true },
    ]);
  });

  test("says nothing where nothing was measured", () => {
    const targets = [
      { measure: "ratio", peer: "jax-js", atLeast: 1 },
      { measure: "memory", peer: "pytorch", atMost: 1 },
    ] as const;
    expect(verdictsOf(result("missing", { targets }))).toEqual([]);
    expect(verdictsOf(result("nothing", { peers: [], targets: [{ measure: "value", atMost: 1 }] }))).toEqual([]);
  });
});
