/** @file Tunes a strategy: trials on training images alone, and one learning rate for each of its budgets. */

import type { StudyContext } from "../context/study-context.ts";
import type { PlannedRun } from "../file/plan.ts";
import { taskOf } from "../material/tasks.ts";
import type { TuningRecord } from "../records/records.ts";
import { chooseFactors } from "./choose-factors.ts";
import {
  FIRST_SHARE,
  type TrialPlan,
  reachBeyond,
  candidateFactors,
  chooseFinalists,
  halfOf,
  planTrials,
} from "./plan-trials.ts";
import { type Candidacy, createTrialBench, foldsOf, rateOf, tuningOf } from "./trial-bench.ts";
import { awaitingRates, budgetsIn, hasOrigin, untuned } from "./tuned-runs.ts";
import { type TrialResult, budgetTrials, rankFactors, trialRecords } from "./tuning-round.ts";

/**
 * The learning rates of a strategy at every budget that has none yet; the chosen factors are those of every seed.
 *
 * Two rounds: all candidates with a third of the steps, then the better half of them with all steps on other folds,
 * compared image by image with the recipe's own rate. The test set has no part in it. Runs that the strategy's runs
 * start from are done, or their seeds and budgets have no say.
 *
 * @returns Null if the signal stopped it; nothing is kept then.
 */
export async function tuneStrategy(context: StudyContext, strategy: string): Promise<TuningRecord[] | null> {
  const { runs, found } = context;
  const waiting = awaitingRates(runs, { strategy, known: found.tuning });
  const sound = waiting.filter((run) => hasOrigin(run, found.records));
  const results = sound.length === 0 ? [] : await makeTrials(context, { strategy, runs: sound });
  return results === null ? null : recordsOf(context, { waiting, sound, results });
}

async function makeTrials(context: StudyContext, candidacy: Candidacy): Promise<readonly TrialResult[] | null> {
  const tuning = tuningOf(context.study.config);
  const factors = candidateFactors(tuning, candidacy.runs[0].training.learningRate);
  const plan = planOf(context, { runs: candidacy.runs, candidates: factors.length });
  const bench = createTrialBench(context, { ...candidacy, expected: countTrainings(plan, factors.length) });
  const first = { slots: plan.first, round: 1, share: FIRST_SHARE } as const;
  if (!(await bench.trials({ ...first, factors }))) return null;
  const beyond = reachBeyond(tuning, { factors, best: rankFactors(bench.results)[0] });
  if (beyond !== null && !(await bench.trials({ ...first, factors: [beyond] }))) return null;
  const second = { slots: plan.second, round: 2, share: 1 } as const;
  return (await bench.trials({ ...second, factors: chooseFinalists(rankFactors(bench.results)) }))
    ? bench.results
    : null;
}

function planOf(
  { study: { config }, split }: Pick<StudyContext, "study" | "split">,
  { runs, candidates }: { runs: readonly PlannedRun[]; candidates: number },
): TrialPlan {
  const folds = config.validation > 0 || split.target.validation !== null ? null : foldsOf(config);
  return planTrials(runs, { folds, candidates, compute: tuningOf(config).compute });
}

/** How many runs' worth of steps the trials of some runs will take, and how many trials that is. */
export function countTrials(
  context: Pick<StudyContext, "study" | "split">,
  runs: readonly PlannedRun[],
): { trainings: number; trials: number } {
  const candidates = candidateFactors(tuningOf(context.study.config), runs[0].training.learningRate).length;
  const plan = planOf(context, { runs, candidates });
  const trials = plan.first.length * candidates + plan.second.length * halfOf(candidates);
  return { trainings: countTrainings(plan, candidates), trials };
}

/** Without what may be tried beyond an edge. */
function countTrainings({ first, second }: TrialPlan, candidates: number): number {
  return FIRST_SHARE * first.length * candidates + second.length * halfOf(candidates);
}

interface Findings {
  readonly waiting: readonly PlannedRun[];
  readonly sound: readonly PlannedRun[];
  readonly results: readonly TrialResult[];
}

/** One for each budget. */
function recordsOf({ tasksOf, runs }: StudyContext, { waiting, sound, results }: Findings): TuningRecord[] {
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const imagesOf = (run: PlannedRun): number => taskOf(tasksOf(run.seed), run).train.indices.length;
  const budgets = budgetsIn(sound).map((imagesPerClass) => {
    const [run] = sound.filter((one) => one.imagesPerClass === imagesPerClass);
    return { run, images: imagesOf(run) };
  });
  const evidence = budgets.map(({ run, images }) =>
    budgetTrials(results, { imagesPerClass: run.imagesPerClass, images }),
  );
  const factors = chooseFactors(evidence, { lowest: Math.min(1, ...results.map(({ factor }) => factor)) });
  const tuned = budgets.map(({ run, images }, index): TuningRecord => {
    const own = results.filter(({ slot }) => slot.imagesPerClass === run.imagesPerClass);
    const sum = (value: (result: TrialResult) => number): number => own.reduce((total, one) => total + value(one), 0);
    const factor = factors[index];
    return {
      ...untuned(run, images),
      seeds: seeds.filter((seed) => own.some(({ slot }) => slot.seed === seed)),
      trials: trialRecords(results, run.imagesPerClass),
      factor,
      chosen: rateOf(run, factor),
      moved: factor !== 1,
      trainings: sum(({ share }) => share),
      flops: sum(({ flops }) => flops),
      durationMs: sum(({ durationMs }) => durationMs),
    };
  });
  const withoutOrigin = budgetsIn(waiting).filter((budget) => !budgetsIn(sound).includes(budget));
  const others = withoutOrigin.map((imagesPerClass): TuningRecord => {
    const [run] = waiting.filter((one) => one.imagesPerClass === imagesPerClass);
    return { ...untuned(run, imagesOf(run)), reason: { code: "origin-failed" } };
  });
  return [...tuned, ...others];
}
