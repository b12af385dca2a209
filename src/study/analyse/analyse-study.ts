/** @file What a study learns about transfer beside training: scores, maps of features, first filters. */

import type { Device } from "../../engine/runtime/index.ts";
import type { PlannedRun } from "../plan.ts";
import { readWeights } from "../resume-point.ts";
import { type StudyContext, networkOf } from "../study-context.ts";
import { filterRecord, firstFilterParameter } from "./first-filters.ts";
import { mapFeatures } from "./map-features.ts";
import { type TrainedSource, scoreSource } from "./score-source.ts";

/**
 * Brings the summary's scores, maps and filters up to date with the runs that are done; true if it changed.
 *
 * A seed's scores and the first seed's maps are there once its source is done, before a run that starts from it trains;
 * filters are those of the first seed's source and of its runs at the largest budget that trained the first convolution.
 * What is missing is computed, the same every time; what belongs to runs that are not done any more is taken out.
 * Training images alone are looked at. Seeds whose source no run starts from have none of it.
 */
export async function analyseStudy(context: StudyContext): Promise<boolean> {
  const { summary, runs } = context;
  const before = sizeOf(context);
  const doneIds = new Set(summary.runs.filter(({ status }) => status === "done").map(({ id }) => id));
  const sources = runs.filter((run) => run.task === "source" && startersOf(context, run).length > 0);
  const done = sources.filter(({ id }) => doneIds.has(id));
  const shown = done.find(({ seed }) => seed === summary.seeds[0]);
  summary.transferability = summary.transferability.filter((one) => done.some(({ seed }) => seed === one.seed));
  summary.firstFilters = summary.firstFilters.filter(({ runId }) => doneIds.has(runId));
  if (shown === undefined) summary.featureMaps = [];
  for (const run of done) await analyseSource(context, { run, isShown: run === shown });
  if (shown !== undefined) await keepFilters(context, { source: shown, doneIds });
  return sizeOf(context) !== before;
}

/** Each list only ever grows or shrinks as a whole. */
function sizeOf({ summary }: StudyContext): string {
  return [summary.transferability, summary.featureMaps, summary.firstFilters].map(({ length }) => length).join("/");
}

function startersOf({ runs }: StudyContext, source: PlannedRun): PlannedRun[] {
  return runs.filter(({ startsFrom }) => startsFrom === source.id);
}

async function analyseSource(
  context: StudyContext,
  { run, isShown }: { run: PlannedRun; isShown: boolean },
): Promise<void> {
  const { summary, networks, store, tasksOf, dataset, study } = context;
  const lacksScores = !summary.transferability.some(({ seed }) => seed === run.seed);
  const lacksMaps = isShown && summary.featureMaps.length === 0;
  if (!lacksScores && !lacksMaps) return;
  const source: TrainedSource = {
    seed: run.seed,
    network: networkOf(networks, run).network,
    parameters: await readWeights(store, run.id),
    tasks: tasksOf(run.seed),
    imageShape: dataset.imageShape,
    session: { threads: study.threads, device: study.device as Device },
  };
  const { budgets } = summary;
  if (lacksScores) {
    const starters = startersOf(context, run).map((starter) => networkOf(networks, starter));
    summary.transferability.push(...(await scoreSource(source, { budgets, starters })));
  }
  if (lacksMaps) summary.featureMaps = await mapFeatures(source, { largestBudget: budgets[budgets.length - 1] });
}

async function keepFilters(
  { summary, runs, networks, store }: StudyContext,
  { source, doneIds }: { source: PlannedRun; doneIds: ReadonlySet<string> },
): Promise<void> {
  const largest = summary.budgets[summary.budgets.length - 1];
  for (const run of runs) {
    const isShown = run === source || (run.seed === source.seed && run.imagesPerClass === largest);
    if (!isShown || !doneIds.has(run.id) || summary.firstFilters.some(({ runId }) => runId === run.id)) continue;
    const { network, plan } = networkOf(networks, run);
    const parameter = firstFilterParameter(network);
    if (parameter === undefined || !plan.some(({ layer, trains }) => trains && layer === parameter.layer)) continue;
    // oxlint-disable-next-line no-await-in-loop -- one file at a time
    summary.firstFilters.push(filterRecord(run.id, { parameter, parameters: await readWeights(store, run.id) }));
  }
}
