/** @file Settles the runs of some seeds, in the order in which they are trained. */

import { type StudyContext, worksOfStudy } from "../context/study-context.ts";
import type { SettledRun } from "../context/settle-run.ts";
import { type SeedRound, orderRuns, planStudy } from "../file/plan.ts";
import { AUTO } from "../file/training-schema.ts";
import { type Extent, extentOf } from "../recipes/facts.ts";

/** From what costs least to what costs most. */
const byCost: readonly Extent[] = ["nothing", "head", "top", "full", "scratch"];

/** The runs of the rounds, or of all seeds that the study's file names; runs that have begun are as they were. */
export async function settleRounds(
  { study: { config }, store, settle }: Pick<StudyContext, "study" | "store" | "settle">,
  rounds?: readonly SeedRound[],
): Promise<SettledRun[]> {
  const drafts = planStudy(config, rounds);
  const settled = await Promise.all(
    drafts.map(async (draft) => settle(draft, (await store.readRun(draft.id)) ?? undefined)),
  );
  return config.seeds === AUTO ? cheapestFirst(settled) : settled;
}

/** Makes the runs of another round part of the study. */
export async function admitRound(context: StudyContext, round: SeedRound): Promise<void> {
  for (const { run, whole } of await settleRounds(context, [round])) {
    context.runs.push(run);
    context.networks.set(run.id, whole);
  }
  context.works = worksOfStudy(context);
}

/** Seed by seed, so that an answer is there early; in the study's order where costs are alike. */
function cheapestFirst(settled: readonly SettledRun[]): SettledRun[] {
  const sorted = settled.toSorted((a, b) => a.run.seed - b.run.seed || costOf(a) - costOf(b));
  const ordered = orderRuns(sorted.map(({ run, whole }) => ({ id: run.id, startsFrom: run.startsFrom, run, whole })));
  return ordered.map(({ run, whole }) => ({ run, whole }));
}

/** The source comes before everything that may start from it. */
function costOf({ run: { choice }, whole: { plan } }: SettledRun): number {
  if (choice === null) return -1;
  return byCost.indexOf(extentOf(plan, { solved: choice.strategy.solves !== undefined }));
}
