import { describe, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { resolveStudy, trainingFor } from "./config.ts";
import { parseStudyFile } from "./parse-study-file.ts";
import type { StudyInput } from "./schema.ts";
import type { TrainingConfig } from "./training-schema.ts";

/** Of a study that leaves nothing of it to Graft. */
const trainingOf = (study: StudyInput): TrainingConfig => resolveStudy(study).training as TrainingConfig;

/** The text of a study file, and the sentence it ends in. */
const wrongFiles: readonly [text: string, sentence: string][] = [
  [
    "training:\n  augmentation:\n    resizedCrop: {scale: 0.5}",
    "study.yaml, line 3: training.augmentation.resizedCrop.scale: expected a list, got 0.5.",
  ],
  [
    "training:\n  augmentation:\n    resizedCrop: {scale: [0.1, 0.5, 1]}",
    "study.yaml, line 3: training.augmentation.resizedCrop.scale: expected at most 2 in the list, got [0.1,0.5,1].",
  ],
  [
    "training:\n  augmentation:\n    colorJitter: {hue: 0.7}",
    "study.yaml, line 3: training.augmentation.colorJitter.hue: expected a number up to 0.5, got 0.7.",
  ],
  [
    "training:\n  augmentation: {colorJitter: {hues: 0.1}}",
    "study.yaml, line 2: training.augmentation.colorJitter: expected a field among brightness, contrast, saturation, hue, " +
      'got "hues". Did you mean "hue"?',
  ],
  [
    "training:\n  classWeights: balance",
    "study.yaml, line 2: training.classWeights: expected none, balanced, or fields with the names of classes and " +
      'weights from above 0 to 1000000, got "balance".',
  ],
  [
    "training:\n  classWeights:\n    airplane: 2\n    horse: 0",
    "study.yaml, line 4: training.classWeights.horse: expected a number above 0, got 0.",
  ],
];

describe("augmentation and class weights in a study file", () => {
  test.each(wrongFiles)("%j is refused in one sentence", (text, sentence) => {
    expect(() => parseStudyFile(text, "study.yaml")).toThrow(new ConfigError(sentence));
  });

  test("nothing is done to images, and classes weigh alike, where a file says nothing", () => {
    const training = trainingOf({});
    expect(training.augmentation).toEqual({
      flip: false,
      flipVertical: false,
      crop: 0,
      resizedCrop: null,
      rotation: 0,
      colorJitter: null,
      cutout: 0,
      affine: null,
      trivial: false,
      cutmix: 0,
      mixup: 0,
      views: 0,
    });
    expect(training.classWeights).toBe("none");
  });

  test("what is asked for without numbers has torchvision's", () => {
    const { augmentation } = trainingOf({ training: { augmentation: { resizedCrop: {}, colorJitter: {} } } });
    expect(augmentation.resizedCrop).toEqual({ scale: [0.08, 1], ratio: [3 / 4, 4 / 3] });
    expect(augmentation.colorJitter).toEqual({ brightness: 0, contrast: 0, saturation: 0, hue: 0 });
  });

  test("one strategy may have its own", () => {
    const config = resolveStudy({
      training: { augmentation: { flip: true, mixup: 0.2 }, classWeights: "balanced" },
      trainingOf: { scratch: { augmentation: { cutout: 4 }, classWeights: { airplane: 2 } } },
    });
    expect(trainingFor(config, "scratch").augmentation).toMatchObject({ flip: false, mixup: 0, cutout: 4 });
    expect(trainingFor(config, "scratch").classWeights).toEqual({ airplane: 2 });
    expect(trainingFor(config, "last-layer").classWeights).toBe("balanced");
  });
});
