/** @file Adds a seed to a study that leaves its seeds to Graft, as long as it decides something. */

import { decideSeeds, firstSeeds } from "../analysis/decide-seeds.ts";
import type { StudyContext } from "../context/study-context.ts";
import { AUTO } from "../file/training-schema.ts";
import { recordsOf } from "./run-records.ts";
import { admitRound } from "./settle-rounds.ts";

/** To be asked once every run is over; what was decided is in the folder before a run of it begins. */
export async function addSeed(context: StudyContext): Promise<void> {
  const { study, store, found, listener } = context;
  if (study.config.seeds !== AUTO) return;
  const before = (await store.readSeeds()) ?? firstSeeds(study.config);
  if (before.stopped !== null) return;
  const seeds = decideSeeds(study.config, { before, runs: recordsOf(context), elapsedMs: found.durationMs });
  await store.writeSeeds(seeds);
  if (seeds.stopped === null) await admitRound(context, seeds.rounds[seeds.rounds.length - 1]);
  listener({ type: "seeds", seeds });
}
