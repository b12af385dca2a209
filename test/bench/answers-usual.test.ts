/** @file What Graft takes for usual is what its benchmark of answers measured. */

import { expect, test } from "vitest";
import { recommendationFrom } from "../../bench/answers/advice.ts";
import { readDefaults } from "../../bench/answers/results.ts";
import { mean } from "../../src/statistics/index.ts";
import { usualStandingOf } from "../../src/study/index.ts";

const ROUNDING = 0.06;

const { cells } = await readDefaults("today", { formatVersion: 1, label: "today", machine: {} as never, cells: [] });

/** Task by task, what is ranked in logits against full fine-tuning, at the accuracy that all have in the mean. */
const tasks = cells.map(({ answers }) => {
  if (answers === undefined) throw new Error("expected the answers of every study");
  const reached = recommendationFrom(answers).prospects;
  const level = mean(reached.map(({ accuracy }) => accuracy));
  const full = reached.find(({ strategy }) => strategy === "full")?.accuracy ?? Number.NaN;
  return new Map(reached.map(({ strategy, accuracy }) => [strategy, (accuracy - full) / (level * (1 - level))]));
});
const names = [...new Set(tasks.flatMap((task) => [...task.keys()]))];
const offsets = new Map(names.map((name) => [name, mean(tasks.flatMap((task) => task.get(name) ?? []))]));

test("strategies lie as far from full fine-tuning as they did there", () => {
  expect(tasks.length).toBeGreaterThanOrEqual(10);
  expect(names).toContain("full");
  for (const name of names) {
    const off = (usualStandingOf(name)?.offset ?? Number.NaN) - (offsets.get(name) ?? Number.NaN);
    expect({ name, isNear: Math.abs(off) <= ROUNDING }).toEqual({ name, isNear: true });
  }
});

test("they vary from task to task as much as they did there, or somewhat more", () => {
  for (const group of new Set(names.map((name) => usualStandingOf(name)?.group))) {
    const members = names.filter((name) => usualStandingOf(name)?.group === group && name !== "full");
    const deviations = tasks.map((task) =>
      members.flatMap((name) => (task.has(name) ? [(task.get(name) ?? 0) - (offsets.get(name) ?? 0)] : [])),
    );
    const { groupSpread = 0, ownSpread = 0 } = usualStandingOf(members[0]) ?? {};
    const hasCommon = groupSpread > 0;
    const own = deviations.flatMap((some) => some.map((one) => one - (hasCommon ? mean(some) : 0)));
    // what is known of `full`, which all are held against, is in every difference
    const measured = hasCommon || members.length === 1 ? spreadOf(own) : spreadOf(own) / Math.SQRT2;
    const inCommon = hasCommon ? spreadOf(deviations.map(mean)) : 0;
    expect({
      group,
      isAsWide: ownSpread >= measured && ownSpread <= 2.5 * measured,
      isAsCommon: Math.abs(groupSpread - inCommon) <= 0.3 * inCommon,
    }).toEqual({ group, isAsWide: true, isAsCommon: true });
  }
});

function spreadOf(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / (values.length - 1));
}
