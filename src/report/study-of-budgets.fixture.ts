/** @file Made-up studies of several budgets and seeds with planted effects, and what a finished model leaves to look at. */

import { stream } from "../core/index.ts";
import type { RunRecord, StudySummary } from "../study/index.ts";
import type { EvaluationRecord, FeatureMapRecord } from "./runs/record-parts.ts";
import { freezeProof, testSummary } from "./summary.fixture.ts";
import { testTuning } from "./tuning.fixture.ts";
import { testHeatMaps, testPredictions, testRightImages, testWrongImages } from "./shown-images.fixture.ts";

const BUDGETS = [10, 50, 250, 1000];
const LAYERS = ["conv1", "conv2", "conv3", "conv4", "dense1", "dense2"];

interface Planted {
  strategy: string;
  label: string;
  /** Id of the strategy whose runs it starts from; null from random weights. */
  startsFrom: string | null;
  /** How many layers stay frozen. */
  frozenLayers: number;
  /** True accuracy at each budget. */
  accuracies: number[];
  epochMs: number;
  layerCurve?: NonNullable<RunRecord["layerCurve"]>;
}

/**
 * Planted: last-layer wins at 10 and 50 images per class; full and l2-sp are the same everywhere and share 250;
 * scratch overtakes last-layer at about 200 and wins at 1,000, where transfer hurts.
 */
const planted: Planted[] = [
  plant("scratch", "no transfer", { startsFrom: null, accuracies: [0.6, 0.74, 0.885, 0.975], epochMs: 900 }),
  plant("last-layer", "fine-tune one layer", { frozenLayers: 5, accuracies: [0.82, 0.87, 0.88, 0.885], epochMs: 40 }),
  plant("last-two-layers", "fine-tune two layers", {
    frozenLayers: 4,
    accuracies: [0.76, 0.82, 0.9, 0.93],
    epochMs: 90,
  }),
  plant("full", "fine-tune all layers", { accuracies: [0.7, 0.83, 0.925, 0.955], epochMs: 930 }),
  plant("l2-sp", "fine-tune, pulled to the source", { accuracies: [0.7, 0.83, 0.925, 0.955], epochMs: 960 }),
];

function plant(strategy: string, label: string, rest: Partial<Planted>): Planted {
  return { strategy, label, startsFrom: "source", frozenLayers: 0, accuracies: [], epochMs: 500, ...rest };
}

interface StudyOptions {
  seeds?: number[];
  /** False plants the same accuracy for every strategy. */
  effects?: boolean;
}

/** A study of four budgets, five strategies and three seeds with the effects above. */
export function budgetStudy({ seeds = [0, 1, 2], effects = true }: StudyOptions = {}): StudySummary {
  const plans = effects ? planted : planted.map((one) => ({ ...one, accuracies: [0.7, 0.8, 0.88, 0.93] }));
  return studyOf(plans, { name: "budgets", seeds, budgets: BUDGETS });
}

/**
 * Layer curves at one budget. Planted: AnB falls below scratch from n = 4 on, BnB dips at n = 3, AnB+ is above
 * scratch everywhere, BnB+ is level with it.
 */
export function layerCurveStudy({ seeds = [0, 1, 2], effects = true }: StudyOptions = {}): StudySummary {
  const scratch = 0.9;
  const shifts: Record<string, number[]> = {
    A: [0.001, 0.001, -0.001, -0.06, -0.1],
    "A+": [0.03, 0.03, 0.03, 0.03, 0.03],
    B: [0.001, -0.001, -0.05, 0.001, -0.001],
    "B+": [-0.001, 0.001, 0.001, -0.001, 0.001],
  };
  const curves = Object.entries(shifts).flatMap(([kind, values]) =>
    values.map((shift, index) => {
      const name = `${kind[0]}${index + 1}B${kind.slice(1)}`;
      const startsFrom = kind.startsWith("A") ? "source" : "scratch";
      const tuned = kind.endsWith("+");
      const layers = index + 1;
      return plant(name, name, {
        startsFrom,
        frozenLayers: tuned ? 0 : layers,
        accuracies: [scratch + (effects ? shift : 0)],
        layerCurve: { from: startsFrom === "source" ? "source" : "target", layers, tuned },
      });
    }),
  );
  const plans = [plant("scratch", "no transfer", { startsFrom: null, accuracies: [scratch], epochMs: 900 }), ...curves];
  return studyOf(plans, { name: "layer-curves", seeds, budgets: [500] });
}

function studyOf(
  plans: Planted[],
  { name, seeds, budgets }: { name: string; seeds: number[]; budgets: number[] },
): StudySummary {
  const base = testSummary({ seeds, epochs: 5 });
  const sources = base.runs.filter((run) => run.task === "source");
  const targets = seeds.flatMap((seed) =>
    budgets.flatMap((budget, place) =>
      plans.map((plan, index) => plantedRun(plan, { base, seed, budget, place, index })),
    ),
  );
  const runs = [...sources, ...targets];
  return { ...base, name, budgets, runs, command: `graft run ${name}.yaml` };
}

function plantedRun(
  plan: Planted,
  {
    base,
    seed,
    budget,
    place,
    index,
  }: { base: StudySummary; seed: number; budget: number; place: number; index: number },
): RunRecord {
  const like = base.runs.find((run) => run.seed === seed && run.model === "M2");
  if (!like) throw new Error(`no run to copy for seed ${seed}`);
  const luck = 0.006 * (stream(seed, "luck", budget).uniform() - 0.5);
  const own = 0.002 * (stream(seed, "own", budget, plan.strategy).uniform() - 0.5);
  const accuracy = plan.accuracies[place] + luck + own;
  const epochs = like.epochs.map((epoch, number) => ({
    ...epoch,
    testAccuracy: accuracy - 0.04 * (like.epochs.length - 1 - number),
    trainAccuracy: Math.min(1, accuracy + 0.02),
    durationMs: plan.epochMs * (1 + budget / 250),
    trainDurationMs: plan.epochMs * (1 + budget / 250) * 0.9,
  }));
  const idOf = (strategy: string): string => `M-${strategy}-n${budget}-seed${seed}`;
  const durationMs = epochs.reduce((sum, epoch) => sum + epoch.durationMs, 0);
  const { startsFrom, frozenLayers, strategy, label, layerCurve } = plan;
  const operations = 2e9 * budget * epochs.length;
  return {
    ...like,
    id: idOf(strategy),
    model: `M${index + 2}`,
    strategy,
    label,
    seed,
    imagesPerClass: budget,
    startsFrom: startsFrom === null ? null : startsFrom === "source" ? `M1-source-seed${seed}` : idOf(startsFrom),
    ...(layerCurve === undefined ? {} : { layerCurve }),
    trainImages: 2 * budget,
    trainableParameters: frozenLayers === 0 ? like.totalParameters : frozenLayers === 5 ? 258 : 524_802,
    ...(frozenLayers >= 4 ? { freezeProof: freezeProof(frozenLayers === 5 ? 258 : 524_802) } : {}),
    epochs,
    durationMs,
    flops: { total: operations, backward: (operations * 2 * (6 - frozenLayers)) / 18 },
  };
}

/** The study with everything a finished model leaves: evaluations, maps, filters, tuning, scores. */
export function withDetails(summary: StudySummary): StudySummary {
  const runs = summary.runs.map((run): RunRecord => {
    const tuned = run.task === "target" && run.startsFrom !== null && run.trainableParameters === run.totalParameters;
    const classNames = run.task === "source" ? (summary.source?.classNames ?? []) : summary.target.classNames;
    const accuracy = run.epochs.at(-1)?.testAccuracy ?? 0.5;
    const changed = run.strategy === "l2-sp" ? 0.05 : 0.2;
    return {
      ...run,
      evaluation: testEvaluation({ classNames, accuracy, images: run.testImages, salt: run.id }),
      ...(tuned ? { sourceAccuracy: 0.72 - (run.imagesPerClass === "all" ? 0.3 : 0.0003 * run.imagesPerClass) } : {}),
      ...(run.startsFrom === null
        ? {}
        : {
            weightChange: LAYERS.slice(0, 5).map((layer, index) => ({
              layer,
              relative: tuned ? changed * (index + 1) : 0,
            })),
          }),
    };
  });
  const [wrongImages, rightImages] = [testWrongImages, testRightImages].map((some) => some({ ...summary, runs }));
  for (const { task, evaluation } of runs) {
    if (task === "target" && evaluation) evaluation.heatMaps = testHeatMaps([...rightImages, ...wrongImages]);
  }
  return {
    ...summary,
    runs,
    wrongImages,
    rightImages,
    featureMaps: (["pca", "tsne"] as const).flatMap((method) =>
      ["raw pixels", "dense1"].map((features) => testMap(summary, method, features)),
    ),
    firstFilters: summary.runs
      .slice(0, 1)
      .map((run) => ({ runId: run.id, shape: [32, 3, 3, 3], base64: testFilters(run.id) })),
    tuning: testTuning(summary),
    transferability: testScores(summary),
  };
}

/** LEEP grows with the budget, as accuracies do; LogME prefers dense1 to dense2 at every one. */
function testScores({ seeds, budgets }: StudySummary): StudySummary["transferability"] {
  return seeds.flatMap((seed) =>
    budgets.flatMap((imagesPerClass) => [
      {
        seed,
        imagesPerClass,
        score: "leep" as const,
        layer: null,
        value: 0.05 * Math.log(Number(imagesPerClass) || 5000),
      },
      { seed, imagesPerClass, score: "logme" as const, layer: "dense2", value: 0.4 },
      { seed, imagesPerClass, score: "logme" as const, layer: "dense1", value: 0.6 },
    ]),
  );
}

function testEvaluation({
  classNames,
  accuracy,
  images,
  salt,
}: {
  classNames: string[];
  accuracy: number;
  images: number;
  salt: string;
}): EvaluationRecord {
  const per = Math.round(images / classNames.length);
  const wrong = Math.round((per * (1 - accuracy)) / (classNames.length - 1));
  const right = per - wrong * (classNames.length - 1);
  const points = Array.from({ length: 40 }, (_, index): [number, number] => [
    index / 39,
    (index / 39) ** ((1 - accuracy) / accuracy),
  ]);
  const confusion = classNames.map((_, row) => classNames.map((__, column) => (row === column ? right : wrong)));
  return {
    confusion,
    perClass: classNames.map((className) => ({
      className,
      precision: accuracy,
      recall: accuracy,
      f1: accuracy,
      support: per,
      rocAuc: accuracy,
      averagePrecision: accuracy,
    })),
    rocAuc: accuracy,
    averagePrecision: accuracy,
    calibrationError: 0.031,
    calibration: [0.55, 0.65, 0.75, 0.85, 0.97].map((confidence) => ({
      confidence,
      accuracy: confidence - 0.04,
      count: Math.round(images / 5),
    })),
    logLoss: 0.3,
    roc: classNames.map((className) => ({ className, points })),
    predicted: testPredictions(confusion, stream(7, salt)),
  };
}

function testMap(summary: StudySummary, method: "pca" | "tsne", features: string): FeatureMapRecord {
  const random = stream(3, method, features);
  const classes = [
    ...(summary.source?.classNames ?? []).map((className) => ({ className, task: "source" as const })),
    ...summary.target.classNames.map((className) => ({ className, task: "target" as const })),
  ];
  const points = classes.flatMap((one, index) =>
    Array.from({ length: 30 }, () => ({
      x: Math.cos(index) * 3 + random.uniform() * 2,
      y: Math.sin(index) * 3 + random.uniform() * 2,
      ...one,
    })),
  );
  return { method, features, ...(method === "pca" ? { explained: [0.338, 0.121] } : {}), points };
}

function testFilters(salt: string): string {
  const random = stream(5, salt);
  return Buffer.from(Float32Array.from({ length: 32 * 27 }, () => random.uniform() - 0.5).buffer).toString("base64");
}
