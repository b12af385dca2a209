/** @file What a study is prepared with: the memory for features, and who shares it. */

import { expect, onTestFinished, test } from "vitest";
import { smallDataset } from "../../../test/study/small-dataset.ts";
import { newFolder, smallStudy } from "../../../test/study/study-folder.ts";
import { initializeParameters } from "../../engine/nn/index.ts";
import { networkOf } from "../context/study-context.ts";
import { preparedStudy } from "./prepared-study.fixture.ts";

test.each([
  ["one process", 1, false],
  ["more processes than there are bytes", 2 ** 40, true],
])("features of a study of %s are in a file where they do not fit its share", async (_, sharers, isSpilled) => {
  const dataset = smallDataset();
  const { context } = await preparedStudy(smallStudy(), { dataset, directory: newFolder(), sharers });
  onTestFinished(() => context.features.close());
  const { network } = networkOf(context.networks, context.runs[0]);
  const { spilled } = await context.features.features({
    weightsId: "some",
    subsetId: "train",
    network,
    parameters: initializeParameters(network, 0),
    boundary: 1,
    subset: context.tasksOf(0).target("all").train,
    imageShape: dataset.imageShape,
    input: { kind: "images", normalization: { mean: [0, 0, 0], std: [1, 1, 1] } },
  });
  expect(spilled).toBe(isSpilled);
});
