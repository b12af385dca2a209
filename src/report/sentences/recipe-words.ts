/** @file How runs train, in words, and what was active while training values were measured. */

import { list, plural } from "../../core/index.ts";
import type { RunRecord, StudySummary, TrainingConfig } from "../../study/index.ts";

/** How a strategy without steps trains. */
const SOLVED = "solved for, without steps";

type Augmentation = TrainingConfig["augmentation"];

/** What is done to images one by one, in the order in which it is named. */
const imageWords: {
  readonly [Name in Exclude<keyof Augmentation, "mixup" | "cutmix" | "views">]: (
    asked: NonNullable<Augmentation[Name]>,
  ) => string;
} = {
  flip: () => "flips",
  flipVertical: () => "vertical flips",
  crop: (pixels) => `crops by ${pixels} pixels`,
  resizedCrop: ({ scale }) => `resized crops of ${scale.join("–")} of the area`,
  affine: describeAffine,
  rotation: (degrees) => `rotation by up to ${degrees}°`,
  colorJitter: describeJitter,
  cutout: (side) => `cutout of ${side} pixels`,
  trivial: () => "TrivialAugment",
};

type Recipe = Pick<RunRecord, "strategy" | "startsFrom" | "solves" | "training">;
type Study = Pick<StudySummary, "recipe"> & { readonly runs: readonly Recipe[] };

/** A line for the most common recipe, and for each that differs from it; of several budgets, those of the largest. */
export function recipeText({ runs, recipe: earlier }: Study): string {
  const byStrategy = new Map(
    runs.flatMap((run) => (run.training === undefined ? [] : [[run.strategy, describeRecipe(run, run.training)]])),
  );
  const recipes = [...byStrategy.values()];
  // records of earlier versions have the words alone
  if (recipes.length === 0) return earlier ?? "";
  const countOf = (recipe: string): number => recipes.filter((other) => other === recipe).length;
  const common = recipes.reduce((most, recipe) => (countOf(recipe) > countOf(most) ? recipe : most));
  const others = new Set(recipes.filter((recipe) => recipe !== common));
  const namesOf = (recipe: string): string =>
    [...byStrategy].flatMap(([name, own]) => (own === recipe ? [name] : [])).join(", ");
  // what one strategy alone has, or what takes no steps, is no recipe of all
  const isOfAll = recipes.length === 1 || (countOf(common) > 1 && !common.startsWith(SOLVED));
  const first = isOfAll ? common : `${namesOf(common)}: ${common}`;
  return [first, ...[...others].map((recipe) => `${namesOf(recipe)}: ${recipe}`)].join("\n");
}

/** What changes training values while they are measured, as measured ones are not. */
const additions: readonly {
  readonly name: string;
  readonly changes: "both" | "loss";
  readonly isIn: (training: TrainingConfig) => boolean;
}[] = [
  { name: "augmentation", changes: "both", isIn: ({ augmentation }) => describeImageChanges(augmentation).length > 0 },
  { name: "mixup", changes: "both", isIn: ({ augmentation }) => augmentation.mixup > 0 },
  { name: "CutMix", changes: "both", isIn: ({ augmentation }) => augmentation.cutmix > 0 },
  { name: "focal loss", changes: "loss", isIn: ({ focalGamma }) => focalGamma > 0 },
  { name: "label smoothing", changes: "loss", isIn: ({ labelSmoothing }) => labelSmoothing > 0 },
  { name: "class weights", changes: "loss", isIn: (training) => describeClassWeights(training) !== "" },
];

/**
 * `dropout`, or with what any run has besides: `dropout, augmentation, mixup and class weights`.
 *
 * Label smoothing and class weights change the loss alone.
 */
export function activeInTraining({ runs }: { runs: readonly Recipe[] }, quantity: "accuracy" | "loss"): string {
  const withSteps = runs.filter(({ solves }) => solves === undefined);
  const known = withSteps.flatMap(({ training }) => (training === undefined ? [] : [training]));
  const names = additions.flatMap(({ name, changes, isIn }) =>
    (changes === "both" || quantity === "loss") && known.some(isIn) ? [name] : [],
  );
  // records of earlier versions do not say
  return list(["dropout", ...names, ...(known.length < withSteps.length ? ["what else the recipe has"] : [])]);
}

/** How a run trains; of one whose head is solved for, that. */
function describeRecipe({ solves, startsFrom }: Recipe, training: TrainingConfig): string {
  if (solves === undefined) return describeSteps(startsFrom === null ? { ...training, headStart: "random" } : training);
  const weights = solves === "logistic" ? describeClassWeights(training) : "";
  return `${SOLVED}${weights === "" ? "" : `, ${weights}`}`;
}

/** As a person would write it: `SGD, momentum 0.9, learning rate 0.05, one-cycle, batch 64, 20 epochs`. */
function describeSteps(training: TrainingConfig): string {
  const { schedule, learningRate, batchSize, epochs, warmUp: fraction, earlyStopping } = training;
  return joined([
    describeOptimizer(training.optimizer),
    `learning rate ${learningRate}`,
    schedule.name === "constant" ? "" : schedule.name,
    fraction > 0 ? `warm-up over ${fraction} of the run` : "",
    `batch ${batchSize}`,
    `${plural(epochs, "epoch")}${stepsText(training)}`,
    ...describeHead(training),
    ...describeLoss(training),
    describeClassWeights(training),
    training.oversample ? "small classes over-sampled" : "",
    training.averaging === null ? "" : `weights averaged with decay ${training.averaging}`,
    ...describeAugmentation(training),
    earlyStopping === null ? "" : `early stopping after ${earlyStopping.patience} epochs`,
  ]);
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(", ");
}

/** `SGD, Nesterov momentum 0.9, L2 0.0005`. */
export function describeOptimizer(optimizer: TrainingConfig["optimizer"]): string {
  const { weightDecay } = optimizer;
  switch (optimizer.name) {
    case "sgd": {
      const { momentum, nesterov } = optimizer;
      const momentumText = momentum === 0 ? "" : `, ${nesterov ? "Nesterov momentum" : "momentum"} ${momentum}`;
      return `SGD${momentumText}${weightDecay === 0 ? "" : `, L2 ${weightDecay}`}`;
    }
    case "adam":
      return `Adam${weightDecay === 0 ? "" : `, L2 ${weightDecay}`}`;
    case "adamw":
      return `AdamW${weightDecay === 0 ? "" : `, weight decay ${weightDecay}`}`;
  }
}

function stepsText({ minStepsPerEpoch }: TrainingConfig): string {
  return minStepsPerEpoch > 1 ? ` of at least ${minStepsPerEpoch} steps` : "";
}

function describeHead({
  headStart,
  standardizeFeatures,
  layerDecay,
  transferredRate,
  statistics,
}: TrainingConfig): string[] {
  return [
    headStart === "zero" ? "new heads from zero" : "",
    standardizeFeatures ? "features standardized" : "",
    layerDecay < 1 ? `rates falling by ${layerDecay} a layer` : "",
    transferredRate < 1 ? `${transferredRate} times the rate below new layers` : "",
    statistics === "keep" ? "batch statistics kept" : "",
  ];
}

function describeLoss({ labelSmoothing, focalGamma, clipNorm }: TrainingConfig): string[] {
  return [
    labelSmoothing > 0 ? `label smoothing ${labelSmoothing}` : "",
    focalGamma > 0 ? `focal loss ${focalGamma}` : "",
    clipNorm === null ? "" : `gradients clipped to ${clipNorm}`,
  ];
}

function describeClassWeights({ classWeights }: TrainingConfig): string {
  if (typeof classWeights === "string") return classWeights === "none" ? "" : "balanced classes";
  const weights = Object.entries(classWeights).map(([name, weight]) => `${name} ${weight}`);
  return weights.length === 0 ? "" : `class weights ${weights.join(", ")}`;
}

function describeAugmentation({ augmentation }: TrainingConfig): string[] {
  const { cutmix, mixup, views } = augmentation;
  const ofImages = describeImageChanges(augmentation);
  return [
    ...ofImages,
    mixup > 0 ? `mixup ${mixup}` : "",
    cutmix > 0 ? `CutMix ${cutmix}` : "",
    views > 0 && ofImages.length > 0 ? plural(views, "augmented view") : "",
  ];
}

/** A text for each that is asked for; records of earlier versions do not have all of them. */
function describeImageChanges(augmentation: Augmentation): string[] {
  return Object.entries(imageWords).flatMap(([name, words]) => {
    const asked: unknown = augmentation[name as keyof typeof imageWords];
    return asked === undefined || asked === null || asked === false || asked === 0 ? [] : [words(asked as never)];
  });
}

function describeAffine({ rotation, shift, scale }: NonNullable<Augmentation["affine"]>): string {
  const [smallest, largest] = scale;
  return joined([
    rotation > 0 ? `turns by up to ${rotation}°` : "",
    shift > 0 ? `shifts by up to ${Number((100 * shift).toFixed(1))} %` : "",
    smallest === 1 && largest === 1 ? "" : `scales of ${smallest}–${largest}`,
  ]);
}

function describeJitter(strengths: NonNullable<Augmentation["colorJitter"]>): string {
  const parts = Object.entries(strengths).filter(([, strength]) => strength > 0);
  return parts.length === 0
    ? ""
    : `colour jitter (${parts.map(([name, strength]) => `${name} ${strength}`).join(", ")})`;
}
