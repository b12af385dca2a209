/** @file What a study learns about transfer beside training: scores, maps of features, first filters. */

import type { Device } from "../../engine/runtime/index.ts";
import { type StudyContext, networkOf } from "../context/study-context.ts";
import { PRETRAINED, type PlannedRun } from "../file/plan.ts";
import { readWeights } from "../records/resume-point.ts";
import { filterRecord, firstFilterParameter } from "./first-filters.ts";
import { mapFeatures } from "./map-features.ts";
import { type TrainedSource, scoreSource } from "./score-source.ts";

/**
 * Brings the study's scores, maps and filters up to date with the runs that are done, in the summary and in a file of
 * their own; true if they changed.
 *
 * A seed's scores and the first seed's maps are there once its source is done, before a run that starts from it trains;
 * filters are those of the first seed's source and of its runs at the largest budget that trained the first convolution.
 * What is missing is computed, the same every time; what belongs to runs that are not done any more is taken out.
 * Training images alone are looked at. Seeds whose source no run starts from have none of it.
 */
export async function analyseStudy(context: StudyContext): Promise<boolean> {
  const { summary } = context;
  const before = sizeOf(context);
  const doneIds = new Set(summary.runs.filter(({ status }) => status === "done").map(({ id }) => id));
  const sources = sourcesOf(context).filter((source) => startersOf(context, source).length > 0);
  const done = sources.filter(({ id }) => id === PRETRAINED || doneIds.has(id));
  const shown = done.find(({ seed }) => seed === summary.seeds[0]);
  summary.transferability = summary.transferability.filter((one) => done.some(({ seed }) => seed === one.seed));
  summary.firstFilters = summary.firstFilters.filter(({ runId }) => runId === PRETRAINED || doneIds.has(runId));
  if (shown === undefined) summary.featureMaps = [];
  for (const source of done) await analyseSource(context, { source, isShown: source === shown });
  if (shown !== undefined) await keepFilters(context, { source: shown, doneIds });
  if (sizeOf(context) === before) return false;
  const { transferability, featureMaps, firstFilters } = summary;
  await context.store.writeAnalysis({ transferability, featureMaps, firstFilters });
  return true;
}

/** Each list only ever grows or shrinks as a whole. */
function sizeOf({ summary }: StudyContext): string {
  return [summary.transferability, summary.featureMaps, summary.firstFilters].map(({ length }) => length).join("/");
}

/** A source network of a seed: the run that trains it, or the network that was trained elsewhere. */
type Source = Pick<PlannedRun, "id" | "seed">;

function sourcesOf({ runs, data, summary }: StudyContext): Source[] {
  if (data.backbone !== undefined) return summary.seeds.map((seed) => ({ id: PRETRAINED, seed }));
  return runs.filter(({ task }) => task === "source");
}

function startersOf({ runs }: StudyContext, { id, seed }: Source): PlannedRun[] {
  return runs.filter((run) => run.startsFrom === id && run.seed === seed);
}

async function trainedNetwork(
  { data, runs, networks, store }: StudyContext,
  { id }: Source,
): Promise<Pick<TrainedSource, "network" | "parameters" | "answers">> {
  if (data.backbone !== undefined) {
    const { network, parameters, hasHead } = data.backbone;
    return { network, parameters, answers: hasHead };
  }
  const run = runs.find((one) => one.id === id);
  if (run === undefined) throw new Error(`internal: no run ${id} in the plan`);
  return { network: networkOf(networks, run).network, parameters: await readWeights(store, id), answers: true };
}

async function analyseSource(
  context: StudyContext,
  { source: { id, seed }, isShown }: { source: Source; isShown: boolean },
): Promise<void> {
  const { summary, networks, tasksOf, data, study } = context;
  const lacksScores = !summary.transferability.some((one) => one.seed === seed);
  const lacksMaps = isShown && summary.featureMaps.length === 0;
  if (!lacksScores && !lacksMaps) return;
  const source: TrainedSource = {
    seed,
    ...(await trainedNetwork(context, { id, seed })),
    tasks: tasksOf(seed),
    imageShape: data.dataset.imageShape,
    session: { threads: study.threads, device: study.device as Device },
  };
  const { budgets } = summary;
  if (lacksScores) {
    const starters = startersOf(context, { id, seed }).map((starter) => networkOf(networks, starter));
    summary.transferability.push(...(await scoreSource(source, { budgets, starters })));
  }
  if (lacksMaps) summary.featureMaps = await mapFeatures(source, { largestBudget: budgets[budgets.length - 1] });
}

async function keepFilters(
  context: StudyContext,
  { source, doneIds }: { source: Source; doneIds: ReadonlySet<string> },
): Promise<void> {
  const { summary, runs, store } = context;
  const keep = (id: string, { network, parameters }: Pick<TrainedSource, "network" | "parameters">): void => {
    const parameter = firstFilterParameter(network);
    if (parameter !== undefined) summary.firstFilters.push(filterRecord(id, { parameter, parameters }));
  };
  const isKept = (id: string): boolean => summary.firstFilters.some(({ runId }) => runId === id);
  if (!isKept(source.id)) keep(source.id, await trainedNetwork(context, source));
  const largest = summary.budgets[summary.budgets.length - 1];
  for (const run of runs) {
    const { id, task, seed, imagesPerClass } = run;
    const isShown = task === "target" && seed === source.seed && imagesPerClass === largest;
    if (!isShown || !doneIds.has(id) || isKept(id)) continue;
    const { network, plan } = networkOf(context.networks, run);
    const layer = firstFilterParameter(network)?.layer;
    if (!plan.some((entry) => entry.trains && entry.layer === layer)) continue;
    keep(id, { network, parameters: await readWeights(store, id) });
  }
}
