/** @file Study files: one clear sentence for everything wrong in them. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../core/index.ts";
import { loadStudyFile } from "./load-study-file.ts";
import { parseStudyFile } from "./parse-study-file.ts";

const TRAINING_FIELDS =
  "epochs, batchSize, minStepsPerEpoch, learningRate, optimizer, schedule, warmUp, labelSmoothing, focalGamma, headStart, " +
  "standardizeFeatures, layerDecay, transferredRate, statistics, clipNorm, averaging, augmentation, " +
  "classWeights, oversample, earlyStopping";
const STUDY_FIELDS =
  "preset, name, protocol, notes, dataset, target, source, imageSize, channelOrder, tokens, fit, interpolation, cropShare, testShare, skipUnreadable, architecture, normalization, head, strategies, seeds, time, " +
  "imagesPerClass, sourceImagesPerClass, validation, batchNorm, tuning, training, trainingOf, featureMemoryMb";

/** The text of a study file, and the sentence it ends in. */
const wrongFiles: readonly [text: string, sentence: string][] = [
  ["training:\n  epochs: many", 'study.yaml, line 2: training.epochs: expected a number, got "many".'],
  ["training:\n  epochs: 1.5", "study.yaml, line 2: training.epochs: expected a whole number, got 1.5."],
  ["name: a\ntraining:\n\n  epochs: 0", "study.yaml, line 4: training.epochs: expected a number from 1, got 0."],
  ["training:\n  learningRate: 0", "study.yaml, line 2: training.learningRate: expected a number above 0, got 0."],
  ["training:\n  learningRate: .inf", "study.yaml, line 2: training.learningRate: expected a number, got Infinity."],
  ["validation: 1", "study.yaml, line 1: validation: expected a number below 1, got 1."],
  ["training:", "study.yaml, line 1: training: expected fields with values, got null."],
  ["dataset: 3", "study.yaml, line 1: dataset: expected text, got 3."],
  ["target: []", "study.yaml, line 1: target: expected at least 1 in the list, got []."],
  ["target:\n - 1\n - -2", "study.yaml, line 3: target.1: expected a number from 0, got -2."],
  [
    "seeds: x",
    'study.yaml, line 1: seeds: expected how many seeds, from 1 to 1000, a list of whole numbers from 0, or "auto", got "x".',
  ],
  [
    "imagesPerClass: most",
    'study.yaml, line 1: imagesPerClass: expected a whole number from 1, "all", or a list of these, got "most".',
  ],
  [
    "name: a b",
    'study.yaml, line 1: name: expected letters, digits, dots, hyphens and underscores, the first a letter or digit, got "a b".',
  ],
  [
    "strategies: [3]",
    "study.yaml, line 1: strategies.0: expected the name of a strategy, or fields name, firstLayer, head, rank, everyProduct, alpha and beta, got 3.",
  ],
  ["head: tasks", 'study.yaml, line 1: head: expected one of task, dataset, got "tasks". Did you mean "task"?'],
  [
    "training:\n  optimizer: {name: sdg}",
    'study.yaml, line 2: training.optimizer.name: expected one of sgd, adam, adamw, got "sdg". Did you mean "sgd"?',
  ],
  [
    "training:\n  augmentation:\n    flip: yes",
    'study.yaml, line 3: training.augmentation.flip: expected true or false, got "yes".',
  ],
  [
    "trainin:\n  epochs: 3",
    `study.yaml, line 1: expected a field among ${STUDY_FIELDS}, got "trainin". Did you mean "training"?`,
  ],
  [
    "training:\n  batchSize: 8\n  epoch: 3",
    `study.yaml, line 3: training: expected a field among ${TRAINING_FIELDS}, got "epoch". Did you mean "epochs"?`,
  ],
  [
    "training:\n  optimizer: {name: adam, momentum: 0.9}",
    'study.yaml, line 2: training.optimizer: expected a field among name, weightDecay, got "momentum".',
  ],
  [
    "trainingOf:\n  scratch:\n    optimizer:\n      name: sgd\n      momentums: 2",
    "study.yaml, line 5: trainingOf.scratch.optimizer: expected a field among name, momentum, nesterov, weightDecay, " +
      'got "momentums". Did you mean "momentum"?',
  ],
  [
    "strategies:\n  - scratch\n  - name: last-layer\n    firstlayer: fresh",
    'study.yaml, line 4: strategies.1: expected a field among name, firstLayer, head, rank, everyProduct, alpha, beta, got "firstlayer". Did you mean "firstLayer"?',
  ],
  ["[1, 2]", "study.yaml, line 1: expected fields with values, got [1,2]."],
  [
    "name: a\ntarget: [1",
    "study.yaml, line 2: expected YAML, got: Flow sequence in block collection must be sufficiently indented and end with a ]. Mend that line.",
  ],
  ["notes: &a [*a]", 'study.yaml, line 1: expected values of an end, got "*a" inside "&a". Write out what is meant.'],
  ["name: a\nnotes: [*b]", 'study.yaml, line 2: expected "&b" before "*b", got none. Mend that line.'],
  [
    `a: &a [x]\nb: &b [${Array(12).fill("*a").join()}]\nnotes: [${Array(12).fill("*b").join()}]`,
    "study.yaml: expected at most 100 values by aliases, got more. Write out what is meant.",
  ],
  [
    `name: ${"a".repeat(200_000)}`,
    "study.yaml: expected a study file of at most 200,000 characters, got 200,006. Check the path.",
  ],
  [
    `imagesPerClass: [${Array.from({ length: 1001 }, (_, index) => index + 1).join()}]`,
    `study.yaml, line 1: imagesPerClass: expected a whole number from 1, "all", or a list of these, got ${JSON.stringify(
      Array.from({ length: 1001 }, (_, index) => index + 1),
    ).slice(0, 200)}….`,
  ],
  ["name: a\nname: b", "study.yaml, line 2: expected YAML, got: Map keys must be unique. Mend that line."],
];

describe("parseStudyFile", () => {
  test.each(wrongFiles)("%j is refused in one sentence", (text, sentence) => {
    expect(() => parseStudyFile(text, "study.yaml")).toThrow(new ConfigError(sentence));
  });

  test("an empty file, or one of comments, says nothing", () => {
    expect(parseStudyFile("", "study.yaml")).toEqual({});
    expect(parseStudyFile("# all by default\n", "study.yaml")).toEqual({});
  });

  test("leaves out what the file leaves out", () => {
    expect(parseStudyFile("training:\n  epochs: 3\ntarget: [cat, 2]", "study.yaml")).toEqual({
      training: { epochs: 3 },
      target: ["cat", 2],
    });
  });
});

describe("loadStudyFile", () => {
  test("reads a file, and says which one it cannot read", async () => {
    const folder = await mkdtemp(join(tmpdir(), "graft-config-"));
    try {
      const path = join(folder, "study.yaml");
      await expect(loadStudyFile(path)).rejects.toThrow(
        new DataError(`${path}: expected a study file, got nothing there. Check the path.`, { location: { path } }),
      );
      await writeFile(path, "seeds: 3\n");
      expect(await loadStudyFile(path)).toEqual({ seeds: 3 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
