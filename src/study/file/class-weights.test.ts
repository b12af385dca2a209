import { expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { checkClassWeights, classWeightsOf } from "./class-weights.ts";
import { resolveStudy } from "./config.ts";

const subset = { labels: Uint16Array.of(0, 0, 0, 1, 1, 3), classNames: ["cat", "dog", "frog", "horse"] };

test("balanced weights are those of scikit-learn, and a class without images weighs 1", () => {
  // compute_class_weight("balanced", classes=[0, 1, 3], y=[0, 0, 0, 1, 1, 3])
  expect(classWeightsOf({ classWeights: "balanced" }, subset)).toEqual([6 / 9, 1, 1, 2]);
});

test("classes that are not named weigh 1, and names of other tasks do nothing", () => {
  expect(classWeightsOf({ classWeights: { dog: 4, ship: 9 } }, subset)).toEqual([1, 4, 1, 1]);
});

test("there are no weights where all would be 1", () => {
  const even = { labels: Uint16Array.of(0, 1, 1, 0), classNames: ["cat", "dog"] };
  expect(classWeightsOf({ classWeights: "balanced" }, even)).toBeUndefined();
  expect(classWeightsOf({ classWeights: "none" }, subset)).toBeUndefined();
  expect(classWeightsOf({ classWeights: { ship: 9 } }, subset)).toBeUndefined();
});

test("a class that the data set lacks is refused, also where one strategy names it", () => {
  const names = ["cat", "dog"];
  const message = 'classWeights: expected one of cat, dog, got "dgo". Did you mean "dog"?';
  const inTraining = resolveStudy({ training: { classWeights: { dgo: 2 } } });
  expect(() => checkClassWeights(inTraining, names)).toThrow(new ConfigError(message));
  const inStrategy = resolveStudy({ trainingOf: { scratch: { classWeights: { dgo: 2 } } } });
  expect(() => checkClassWeights(inStrategy, names)).toThrow(new ConfigError(message));
  expect(() => checkClassWeights(resolveStudy({ training: { classWeights: { dog: 2 } } }), names)).not.toThrow();
});
