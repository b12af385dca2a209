/** @file What a reader should hold against the study, from what it did and did not do. */

import { list, plural, unsignedPoints, withSeeds } from "../../core/index.ts";
import type { Shortcoming } from "../../statistics/index.ts";
import type { StudySummary } from "../../study/index.ts";
import type { Pick } from "../analysis/recommended-ranges.ts";
import type { StudyAnalysis } from "../analysis/study-analysis.ts";
import { studyDesign } from "../analysis/study-design.ts";
import { isBuiltIn } from "../runs/models.ts";
import { fellShort } from "./outcomes.ts";

/** In one line: how few seeds, what would decide, what is left out; none where there is nothing to doubt. */
export function doubtLine({ runs, command }: StudySummary, { ranges, verdicts }: StudyAnalysis): string[] {
  const picks = ranges.flatMap((range) => range.picks);
  const unranked = new Set(verdicts.flatMap(({ verdict }) => verdict.leftOut.map(({ strategy }) => strategy))).size;
  const unfinished = runs.filter((run) => run.status !== "done").length;
  const left = [
    ...(unranked > 0 ? [`${plural(unranked, "strategy", "strategies")} not ranked`] : []),
    ...(unfinished > 0 ? [`${plural(unfinished, "run")} not finished`] : []),
  ];
  const told = [
    ...(picks.some(({ prospect }) => prospect.seeds === 1) ? ["One seed: less certain than three."] : []),
    ...decidingTexts(picks, command),
    ...(verdicts.some(({ verdict }) => verdict.unfinished) ? ["All that learned were still improving."] : []),
    ...(left.length > 0 ? [`Left out: ${list(left)}.`] : []),
  ];
  return told.length > 0 ? [told.join(" ")] : [];
}

/** What more seeds save is told where it is less, as it is with seeds that are left to Graft, which adds none for it. */
const LITTLE_REGRET = 0.005;
/** Less accuracy than this is told as 0.0 points. */
const LEAST_REGRET = 0.0005;

/** More seeds where they would make it sure; test images where these are too few for any number of seeds. */
function decidingTexts(picks: readonly Pick[], command: string): string[] {
  const open = picks.map(({ recommendation }) => recommendation).filter(({ isSure }) => !isSure);
  const seeds = Math.max(0, ...open.map(({ seedsNeeded }) => seedsNeeded ?? 0));
  const undecided = open.filter(({ seedsNeeded }) => seedsNeeded === null);
  const limited = undecided.filter(({ regretOfImages }) => regretOfImages >= LEAST_REGRET);
  // where answers were not kept, images leave nothing open
  const scattered = undecided.filter((one) => !limited.includes(one));
  const regret = Math.max(...limited.map(({ regretOfImages }) => regretOfImages));
  const typed = /\bgraft (-- )?run\b/.test(command);
  const savings = picks
    .filter(({ recommendation: { isSure, seedsNeeded } }) => !isSure && seedsNeeded !== null)
    .map(({ prospect, recommendation }) => prospect.expectedRegret - recommendation.regretOfImages);
  const saving = savings.every((saved) => saved < LITTLE_REGRET) ? " and save less than half a point" : "";
  const where = limited.length < picks.length && limited.length > 0 ? "With some budgets more" : "More";
  return [
    ...(seeds > 0 ? [`${seeds} seeds would decide${saving}${typed ? `: ${withSeeds(command, seeds)}` : ""}.`] : []),
    ...(limited.length > 0
      ? [`${where} test images would decide, not more seeds: these leave ${unsignedPoints(regret)} points open.`]
      : []),
    ...(scattered.length > 0 ? ["Seeds differ so much that many more would not decide."] : []),
  ];
}

/** One sentence or two a doubt, as plain text. */
export function doubts(summary: StudySummary): string[] {
  const design = studyDesign(summary);
  const counts = design.strategies.flatMap((one) => design.budgets.map((budget) => one.at(budget).length));
  const fewestSeeds = Math.min(Number.POSITIVE_INFINITY, ...counts.filter((count) => count > 0));
  const unfinished = summary.runs.filter((run) => run.status !== "done").length;
  return [
    design.severalSeeds
      ? `${plural(fewestSeeds, "seed")} at the least: intervals over few seeds lean on normally distributed accuracies.`
      : "One seed: what initial weights, data order and dropout alone can move is not measured here but taken from what is usual, so probabilities and intervals are less certain than with three.",
    ...(design.severalBudgets
      ? [
          "The tests are corrected within each budget, not across budgets: the more budgets, the likelier one of their verdicts is luck.",
        ]
      : []),
    ...(isBuiltIn(summary)
      ? [`The images of ${summary.dataset.title} are drawn by a program: what helps here need not help on photographs.`]
      : [
          `One data set and one split into source and target classes (target: ${summary.target.classNames.join(", ")}): other classes may order the strategies differently.`,
        ]),
    summary.tuning.some(({ reason }) => reason === undefined)
      ? "Learning rates were chosen for every strategy on training images held back; nothing else of the recipe was, and a strategy might do better with settings of its own."
      : "The recipe was not tuned here: a strategy might do better with settings of its own.",
    "The test set is measured after every epoch for the curves. The comparison takes the last epoch and chooses nothing by it; whoever picks the best epoch from a curve does.",
    ...judgementDoubt(summary),
    ...machineDoubt(summary),
    ...(unfinished > 0
      ? [`${plural(unfinished, "run")} did not finish and say nothing about the accuracy of their strategy.`]
      : []),
  ];
}

/** What times are worth; and bits, where runs were trained elsewhere. */
function machineDoubt({ runs }: StudySummary): string[] {
  const elsewhere = runs.flatMap(({ trainedOn }) => trainedOn ?? []);
  if (elsewhere.length === 0) return ["Times come from one machine and include whatever else it was doing."];
  const kinds = new Set(
    elsewhere.map(
      ({ cpu, platform, onnxruntime, graft }) => `${cpu}, ${platform}, onnxruntime ${onnxruntime}, Graft ${graft}`,
    ),
  );
  return [
    `${plural(elsewhere.length, "run was", "runs were")} trained on machines of another kind than the study's (${[...kinds].join("; ")}): neither their last bits nor their times compare with those of the others.`,
  ];
}

/** How runs were judged, where that changed what is ranked. */
function judgementDoubt({ runs }: StudySummary): string[] {
  const counts = (["did-not-learn", "still-improving"] as const).map((outcome) => ({
    outcome,
    count: runs.filter((run) => run.outcome === outcome).length,
  }));
  const told = counts.filter(({ count }) => count > 0);
  if (told.length === 0) return [];
  const parts = told.map(({ outcome, count }) => `${plural(count, "run")} ${wordsFor(count, outcome)}`);
  return [
    `${list(parts)}, as judged from the curves: by tests against chance, and by whether accuracy still rose at full rate and loss on images held out still fell. Near its limits such a rule can be wrong.`,
  ];
}

function wordsFor(count: number, outcome: Shortcoming): string {
  return count === 1 ? fellShort[outcome] : fellShort[outcome].replace(/^was /, "were ");
}
