/** @file The confusion matrix and what is read off it: precision, recall, F1, accuracies. */

import { checkLabels } from "./predictions.ts";

/** How often which class was taken for which. */
export interface ConfusionMatrix {
  numClasses: number;
  /** [numClasses, numClasses] in row-major order: row is the true class, column the predicted one. */
  counts: Float64Array;
}

/** Precision, recall and F1 of one class, in [0, 1]. */
export interface ClassScores {
  precision: number;
  recall: number;
  f1: number;
  /** Images of this class. */
  support: number;
  /** Which of the three divide by 0 and are therefore written as 0. */
  undefinedScores: ("precision" | "recall" | "f1")[];
}

/** Averages of the classes' scores. */
export interface AverageScores {
  precision: number;
  recall: number;
  f1: number;
}

/** Everything that the confusion matrix says. */
export interface ConfusionScores {
  accuracy: number;
  /** Mean recall of the classes that have images. */
  balancedAccuracy: number;
  perClass: ClassScores[];
  /** Plain means over the classes. */
  macro: AverageScores;
  /** Means weighted by the images of each class. */
  weighted: AverageScores;
}

/**
 * Counts every pair of true and predicted class.
 *
 * @throws RangeError for lengths that differ, no images, or labels out of range.
 */
export function confusionMatrix(labels: Int32Array, predicted: Int32Array, numClasses: number): ConfusionMatrix {
  checkLabels(labels, numClasses, "confusionMatrix");
  checkLabels(predicted, numClasses, "confusionMatrix");
  if (labels.length !== predicted.length) {
    throw new RangeError(`confusionMatrix: expected ${labels.length} predictions, got ${predicted.length}.`);
  }
  const counts = new Float64Array(numClasses * numClasses);
  for (let image = 0; image < labels.length; image++) counts[labels[image] * numClasses + predicted[image]]++;
  return { numClasses, counts };
}

/**
 * Accuracies, and precision, recall and F1 of each class with their averages.
 *
 * precision = right / predicted as the class, recall = right / images of the class, F1 their harmonic mean; a score that
 * divides by 0 is 0 and named in `undefinedScores`, as scikit-learn does with a warning.
 *
 * Source: Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", section 8.3.
 */
export function confusionScores({ numClasses, counts }: ConfusionMatrix): ConfusionScores {
  const classes = Array.from({ length: numClasses }, (_, index) => index);
  const perClass = classes.map((c): ClassScores => {
    const right = counts[c * numClasses + c];
    const support = classes.reduce((sum, other) => sum + counts[c * numClasses + other], 0);
    const predicted = classes.reduce((sum, other) => sum + counts[other * numClasses + c], 0);
    const undefinedScores: ClassScores["undefinedScores"] = [
      ...(predicted === 0 ? (["precision"] as const) : []),
      ...(support === 0 ? (["recall"] as const) : []),
      ...(predicted + support === 0 ? (["f1"] as const) : []),
    ];
    return {
      precision: ratio(right, predicted),
      recall: ratio(right, support),
      f1: ratio(2 * right, predicted + support),
      support,
      undefinedScores,
    };
  });
  const images = perClass.reduce((sum, { support }) => sum + support, 0);
  const right = classes.reduce((sum, c) => sum + counts[c * numClasses + c], 0);
  const present = perClass.filter(({ support }) => support > 0);
  return {
    accuracy: ratio(right, images),
    balancedAccuracy: ratio(
      present.reduce((sum, { recall }) => sum + recall, 0),
      present.length,
    ),
    perClass,
    macro: averageOf(perClass, () => 1),
    weighted: averageOf(perClass, ({ support }) => support),
  };
}

function averageOf(perClass: readonly ClassScores[], weightOf: (scores: ClassScores) => number): AverageScores {
  const total = perClass.reduce((sum, scores) => sum + weightOf(scores), 0);
  const average = (score: "precision" | "recall" | "f1"): number =>
    ratio(
      perClass.reduce((sum, scores) => sum + weightOf(scores) * scores[score], 0),
      total,
    );
  return { precision: average("precision"), recall: average("recall"), f1: average("f1") };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
