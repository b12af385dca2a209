/** @file `graft recommend`: what a study says to do, and what to type where it is not sure. */

import { withSeeds } from "../../core/index.ts";
import { type StudySummary, openRunStore, readSummary, recommendStrategies } from "../../study/index.ts";
import type { BudgetRecommendation } from "../../study/index.ts";
import { commandLine } from "../terminal/typed-command.ts";
import { recommendationLines, seedsLine } from "../terminal/recommendation-lines.ts";
import { say } from "../terminal/say.ts";

/** Prints the recommendation of the study in `directory`, also of an unfinished one. */
export async function recommend(directory: string, { json }: { json?: true }): Promise<number> {
  const summary = await readSummary(directory);
  const recommendations = recommendStrategies(summary.runs);
  const seeds = await openRunStore(directory).readSeeds();
  const next = nextCommand({ summary, recommendations, directory });
  if (json === true) {
    process.stdout.write(
      `${JSON.stringify({ recommendations, seeds, finished: summary.finishedAt !== null, next })}\n`,
    );
    return 0;
  }
  const answers = recommendationLines(recommendations, { isFinished: summary.finishedAt !== null });
  const lines = [
    ...(answers.length > 0 ? answers : [nothingYet(recommendations)]),
    ...(seeds === null || seeds.stopped === null ? [] : [seedsLine(seeds)]),
    ...(next === null ? [] : [`${summary.finishedAt === null ? "Go on" : "Be surer"} by: ${next}`]),
  ];
  say(lines.join("\n"));
  return 0;
}

function nothingYet({ length }: readonly BudgetRecommendation[]): string {
  return `No recommendation yet: ${length === 0 ? "no strategy has" : "one strategy alone has"} finished that learned its task.`;
}

interface Advised {
  summary: Pick<StudySummary, "finishedAt" | "command">;
  recommendations: readonly BudgetRecommendation[];
  directory: string;
}

/** What to type next; null where nothing that can be typed would make it surer. */
export function nextCommand({ summary, recommendations, directory }: Advised): string | null {
  if (summary.finishedAt === null) return commandLine(["resume", directory]);
  const needed = recommendations.flatMap(({ isSure, seedsNeeded }) =>
    isSure || seedsNeeded === null ? [] : [seedsNeeded],
  );
  if (needed.length === 0) return null;
  return withSeeds(summary.command, Math.max(...needed));
}
