/** @file What a run with adapters leaves is the frozen weights and what was learned beside them, or the proof says so. */

import { beforeAll, describe, expect, test } from "vitest";
import { TrainingError, bytesOf, float32, int64 } from "../core/index.ts";
import {
  type Parameters,
  batchNorm,
  conv2d,
  dense,
  flatten,
  initializeParameters,
  mergeAdapters,
  sgd,
  withAdapters,
} from "../engine/nn/index.ts";
import { createTrainer } from "../engine/training/index.ts";
import { sha256 } from "../files/index.ts";
import { trainAdapters, trainsInPlan, updatesInPlan } from "./freeze-plan.ts";
import { type FreezeProof, proveFreeze, requireFreeze } from "./freeze-proof.ts";

const weights = ["wide.weight"];
const plain = {
  name: "wide",
  inputShape: [3, 4, 4],
  layers: [
    conv2d("stem", { filters: 2 }),
    batchNorm("norm"),
    flatten("flatten"),
    dense("wide", { units: 5 }),
    dense("head", { units: 3 }),
  ],
};
const network = withAdapters(plain, { weights, rank: 2, alpha: 4 });
const plan = trainAdapters(plain, { weights });
const before = initializeParameters(network, 0);
const names = ["wide.lora_A", "wide.lora_B", "head.weight", "head.bias"];

function copyOf(parameters: Parameters) {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { data, shape }]) => [name, float32(Float32Array.from(data), shape)]),
  );
}

let after: Parameters;
let updated: readonly string[];

beforeAll(async () => {
  const trainer = createTrainer({
    network,
    input: { kind: "features" },
    optimizer: sgd({ momentum: 0.9 }),
    trains: trainsInPlan(plan),
    updates: updatesInPlan(plan),
    keepsStatistics: true,
    parameters: before,
    seed: 1,
    session: { threads: 1 },
  });
  const input = float32(
    Float32Array.from({ length: 4 * 48 }, (_, index) => Math.sin(index)),
    [4, 3, 4, 4],
  );
  for (let step = 0; step < 3; step++)
    await trainer.step({ input, labels: int64([0, 1, 2, 1]) }, { step, learningRate: 0.1 });
  after = copyOf(await trainer.parameters());
  updated = trainer.updated();
  await trainer.close();
});

function proofOf(found: { after?: Parameters; merged?: Parameters }): FreezeProof {
  const merged = mergeAdapters(network, after);
  return proveFreeze(network, plan, { before, after, merged, updated, sha256, keepsStatistics: true, ...found });
}

describe("where adapters train", () => {
  test("weights below the head stay bit for bit, and what is left is their sum with what adapters learned", () => {
    const proof = proofOf({});
    expect(proof.holds).toBe(true);
    expect(proof.trainable.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(proof.frozen.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["stem.weight", "norm.running_mean", "wide.weight", "wide.bias"]),
    );
    expect(proof.adapting).toEqual([]);
    expect(proof.merged).toMatchObject([{ name: "wide.weight", parameters: 160, changed: true, isSum: true }]);
    requireFreeze(proof);
  });

  test.each([
    ["a weight that an adapter is beside", "wide.weight"],
    ["a frozen weight", "stem.weight"],
    ["the head", "head.weight"],
  ])("%s that is left as something else breaks it", (_what, name) => {
    const merged = copyOf(mergeAdapters(network, after));
    merged[name].data[7] += 1e-5;
    const proof = proofOf({ merged });
    expect(proof.holds).toBe(false);
    expect(() => requireFreeze(proof)).toThrow(
      new TrainingError(
        "freeze proof: expected frozen tensors to stay and trained ones to be updated, " +
          `got merged to something else than weight and adapter: ${name}.`,
      ),
    );
  });

  test("a weight that moved while they trained breaks it, though the sum is right", () => {
    const moved = copyOf(after);
    bytesOf(moved["wide.weight"])[0] ^= 2;
    const proof = proofOf({ after: moved });
    expect([proof.holds, proof.merged?.every(({ isSum }) => isSum)]).toEqual([false, true]);
  });
});
