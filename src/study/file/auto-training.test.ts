/** @file What a study leaves to Graft, field by field. */

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../core/index.ts";
import { resolveStudy, trainingFor } from "./config.ts";
import { parseStudyFile } from "./parse-study-file.ts";

describe("training: auto", () => {
  test("stands for every field, of which any may be said after all", () => {
    const { training } = resolveStudy({ training: "auto" }, { training: { epochs: 3 } });
    expect(training.epochs).toBe(3);
    const { epochs: _epochs, ...others } = training;
    expect(new Set(Object.values(others))).toEqual(new Set(["auto"]));
  });

  test("may be that of one strategy, or one field of it", () => {
    const config = resolveStudy({ trainingOf: { scratch: "auto", "last-layer": { learningRate: "auto" } } });
    expect(trainingFor(config, "scratch").optimizer).toBe("auto");
    expect(trainingFor(config, "last-layer")).toMatchObject({ learningRate: "auto", epochs: 20 });
    expect(trainingFor(config, "last-two-layers").learningRate).toBe(0.01);
  });

  test("a wrong value is told as if there were no auto", () => {
    expect(() => parseStudyFile("training:\n  epochs: 0", "study.yaml")).toThrow(
      new ConfigError("study.yaml, line 2: training.epochs: expected a number from 1, got 0."),
    );
    expect(() => parseStudyFile("training: aut", "study.yaml")).toThrow(
      new ConfigError('study.yaml, line 1: training: expected fields with values, got "aut".'),
    );
  });
});

describe("a strategy that the preset's recipe was not made for", () => {
  test("is left to Graft, but for what the study says of all training", () => {
    const config = resolveStudy({ strategies: ["last-layer", "full"], training: { batchSize: 16 } });
    expect(trainingFor(config, "full")).toMatchObject({ batchSize: 16, learningRate: "auto", optimizer: "auto" });
    expect(trainingFor(config, "last-layer")).toMatchObject({ batchSize: 16, learningRate: 0.01 });
  });

  test("keeps what the study says of it", () => {
    const config = resolveStudy({ strategies: ["full"], trainingOf: { full: { learningRate: 0.1 } } });
    expect(trainingFor(config, "full")).toMatchObject({ learningRate: 0.1, epochs: "auto" });
  });
});

test("the presets of the assignment say all of their training themselves", () => {
  for (const preset of ["classic", "as-published", "tuned"]) {
    const config = resolveStudy({ preset });
    for (const { name } of [{ name: "source" }, ...config.strategies.map((entry) => ({ name: String(entry) }))])
      expect(Object.values(trainingFor(config, name))).not.toContain("auto");
  }
});
