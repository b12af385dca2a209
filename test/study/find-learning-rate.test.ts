/** @file Which strategies a range test takes, and what it needs of a folder that it starts from. */

import { expect, test } from "vitest";
import { ConfigError } from "../../src/core/index.ts";
import { findLearningRate, resolveStudy } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { newFolder, smallStudy } from "./study-folder.ts";

const shared = { dataset: smallDataset(), from: 1e-4, to: 1, steps: 2, threads: 1, device: "cpu" } as const;

test("the weights of a run that the folder's study does not have are asked for", async () => {
  const trainedIn = newFolder();
  const config = resolveStudy(smallStudy({ strategies: ["last-layer"] }));
  await expect(findLearningRate({ ...shared, config, strategy: "B2B", trainedIn })).rejects.toThrow(
    new ConfigError(
      `${trainedIn}: expected a study whose run M3-scratch-seed0 (no transfer) is done, got one without it. Take a study that trains it, or none.`,
    ),
  );
});

test("a name of no strategy is answered with the valid ones", async () => {
  await expect(findLearningRate({ ...shared, config: resolveStudy(smallStudy()), strategy: "scrach" })).rejects.toThrow(
    /^strategy: expected one of scratch, .*, got "scrach"\. Did you mean "scratch"\?$/,
  );
});
