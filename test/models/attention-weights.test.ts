/** @file Which products tell attention what it attends to. */

import { expect, test } from "vitest";
import { attentionWeights, withAdapters } from "../../src/engine/nn/index.ts";
import { architectures } from "../../src/models/index.ts";
import { goldenModel, readFile } from "../support/onnx-files.ts";

const { network } = (await readFile(goldenModel("torch-vit"))).backbone;
const queriesKeysValues = ["blocks.0.attn.qkv.weight", "blocks.1.attn.qkv.weight"];

test("of a transformer they are those of queries, keys and values alone", () => {
  expect(attentionWeights(network)).toEqual(queriesKeysValues);
});

test("they are the same beside adapters", () => {
  const adapted = withAdapters(network, { weights: queriesKeysValues, rank: 2, alpha: 2 });
  expect(attentionWeights(adapted)).toEqual(queriesKeysValues);
});

test("there are none where nothing attends", () => {
  for (const make of Object.values(architectures))
    expect(attentionWeights(make({ inputShape: [3, 32, 32], numClasses: 2 }))).toEqual([]);
});
