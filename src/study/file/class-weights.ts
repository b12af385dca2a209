/** @file How much the classes of a run's task weigh in its training loss. */

import { unknownName } from "../../core/index.ts";
import type { ImageSubset } from "../../data/index.ts";
import type { StudyConfig } from "./schema.ts";
import type { TrainingConfig } from "./training-schema.ts";

/**
 * The weight of every label; undefined where all weigh 1.
 *
 * `balanced` is n / (k · n_c) for n training images, n_c of the class, and k classes that have any, as scikit-learn
 * has it. A class without images weighs 1, and so does one that is not named.
 */
export function classWeightsOf(
  { classWeights }: Pick<TrainingConfig, "classWeights">,
  { labels, classNames }: Pick<ImageSubset, "labels" | "classNames">,
): number[] | undefined {
  if (classWeights === "none") return undefined;
  const weights =
    classWeights === "balanced"
      ? balance(labels, classNames.length)
      : classNames.map((name) => (Object.hasOwn(classWeights, name) ? classWeights[name] : 1));
  return weights.every((weight) => weight === 1) ? undefined : weights;
}

function balance(labels: Uint16Array, numClasses: number): number[] {
  const counts = Array.from({ length: numClasses }, () => 0);
  for (const label of labels) counts[label]++;
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 1 : labels.length / (present * count)));
}

/**
 * Weights may name classes that only some of the runs have.
 *
 * @throws ConfigError if one names a class that the data set does not have.
 */
export function checkClassWeights({ training, trainingOf }: StudyConfig, classNames: readonly string[]): void {
  for (const { classWeights } of [training, ...Object.values(trainingOf)]) {
    if (typeof classWeights !== "object") continue;
    const unknown = Object.keys(classWeights).find((name) => !classNames.includes(name));
    if (unknown !== undefined) throw unknownName(unknown, classNames, "classWeights");
  }
}
