/** @file What a study learns about transfer beside training: scores, maps of features, first filters. */

import { type StudyContext, networkOf, sessionOf } from "../context/study-context.ts";
import { budgetsOf, seedsOf } from "../file/config.ts";
import { PRETRAINED, type PlannedRun } from "../file/plan.ts";
import type { AnalysisRecord } from "../records/records.ts";
import { readWeights } from "../records/resume-point.ts";
import { filterRecord, firstFilterParameter } from "./first-filters.ts";
import { mapFeatures } from "./map-features.ts";
import { type TrainedSource, scoreSource } from "./score-source.ts";

/**
 * Brings the file of the study's scores, maps and filters up to date with the runs that are done; true if it changed.
 *
 * A seed's scores and the first seed's maps are there once its source is done, before a run that starts from it trains;
 * filters are those of the first seed's source and of its runs at the largest budget that trained the first convolution.
 * What is missing is computed, the same every time; what belongs to runs that are not done any more is taken out.
 * Training images alone are looked at. Seeds whose source no run starts from have none of it.
 */
export async function analyseStudy(context: StudyContext): Promise<boolean> {
  const { study, found, store } = context;
  const [firstSeed] = seedsOf(study.config);
  const isDone = (id: string): boolean => id === PRETRAINED || found.records.get(id)?.status === "done";
  const done = sourcesOf(context).filter((source) => isDone(source.id) && startersOf(context, source).length > 0);
  const shown = done.find(({ seed }) => seed === firstSeed);
  const { transferability, featureMaps, firstFilters } = found.analysis;
  const analysis: AnalysisRecord = {
    transferability: transferability.filter((one) => done.some(({ seed }) => seed === one.seed)),
    featureMaps: shown === undefined ? [] : featureMaps,
    firstFilters: firstFilters.filter(({ runId }) => isDone(runId)),
  };
  for (const source of done) await analyseSource(context, { analysis, source, isShown: source === shown });
  if (shown !== undefined) await keepFilters(context, { filters: analysis.firstFilters, source: shown, isDone });
  if (sizeOf(analysis) === sizeOf(found.analysis)) return false;
  await store.writeAnalysis(inOrder(context, analysis));
  return true;
}

/** In the order of the runs, whichever of them was done first. */
function inOrder({ runs }: StudyContext, { transferability, firstFilters, ...rest }: AnalysisRecord): AnalysisRecord {
  const placeOf = (matches: (run: PlannedRun) => boolean): number => runs.findIndex(matches);
  return {
    ...rest,
    transferability: transferability.toSorted(
      (a, b) => placeOf(({ seed }) => seed === a.seed) - placeOf(({ seed }) => seed === b.seed),
    ),
    firstFilters: firstFilters.toSorted(
      (a, b) => placeOf(({ id }) => id === a.runId) - placeOf(({ id }) => id === b.runId),
    ),
  };
}

/** Each list only ever grows or shrinks as a whole. */
function sizeOf({ transferability, featureMaps, firstFilters }: AnalysisRecord): string {
  return [transferability, featureMaps, firstFilters].map(({ length }) => length).join("/");
}

/** A source network of a seed: the run that trains it, or the network that was trained elsewhere. */
type Source = Pick<PlannedRun, "id" | "seed">;

function sourcesOf({ runs, data }: StudyContext): Source[] {
  const seeds = new Set(runs.map(({ seed }) => seed));
  if (data.backbone !== undefined) return [...seeds].map((seed) => ({ id: PRETRAINED, seed }));
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
  { analysis, source: { id, seed }, isShown }: { analysis: AnalysisRecord; source: Source; isShown: boolean },
): Promise<void> {
  const { networks, tasksOf, data, study } = context;
  const lacksScores = !analysis.transferability.some((one) => one.seed === seed);
  const lacksMaps = isShown && analysis.featureMaps.length === 0;
  if (!lacksScores && !lacksMaps) return;
  context.listener({ type: "stage", stage: "analysing", run: null, studyTimeLeftMs: null });
  const source: TrainedSource = {
    seed,
    ...(await trainedNetwork(context, { id, seed })),
    tasks: tasksOf(seed),
    imageShape: data.dataset.imageShape,
    session: sessionOf(context),
  };
  const budgets = budgetsOf(study.config);
  if (lacksScores) {
    const starters = startersOf(context, { id, seed }).map((starter) => networkOf(networks, starter));
    analysis.transferability.push(...(await scoreSource(source, { budgets, starters })));
  }
  if (lacksMaps) analysis.featureMaps = await mapFeatures(source, { largestBudget: budgets[budgets.length - 1] });
}

async function keepFilters(
  context: StudyContext,
  {
    filters,
    source,
    isDone,
  }: { filters: AnalysisRecord["firstFilters"]; source: Source; isDone: (id: string) => boolean },
): Promise<void> {
  const { study, runs, store } = context;
  const keep = (id: string, { network, parameters }: Pick<TrainedSource, "network" | "parameters">): void => {
    const parameter = firstFilterParameter(network);
    if (parameter !== undefined) filters.push(filterRecord(id, { parameter, parameters }));
  };
  const isKept = (id: string): boolean => filters.some(({ runId }) => runId === id);
  if (!isKept(source.id)) keep(source.id, await trainedNetwork(context, source));
  const largest = budgetsOf(study.config).at(-1);
  for (const run of runs) {
    const { id, task, seed, imagesPerClass } = run;
    const isShown = task === "target" && seed === source.seed && imagesPerClass === largest;
    if (!isShown || !isDone(id) || isKept(id)) continue;
    const { network, plan } = networkOf(context.networks, run);
    const layer = firstFilterParameter(network)?.layer;
    if (!plan.some((entry) => entry.trains && entry.layer === layer)) continue;
    keep(id, { network, parameters: await readWeights(store, id) });
  }
}
