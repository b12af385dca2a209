/** @file The proof finds every bit that moved where none should, and every tensor that no step updated. */

import { describe, expect, test } from "vitest";
import { type Tensor, TrainingError, bytesOf, float32, int64 } from "../core/index.ts";
import { type Network, type Parameters, initializeParameters, networkParameters, sgd } from "../engine/nn/index.ts";
import { sha256 } from "../files/index.ts";
import { type TrainerOptions, createTrainer } from "../engine/training/index.ts";
import { type FreezePlan, trainEverything, trainLast, trainParts, trainsInPlan, updatesInPlan } from "./freeze-plan.ts";
import { proveFreeze, requireFreeze } from "./freeze-proof.ts";
import { residualNetwork } from "./networks.fixture.ts";

const network = residualNetwork();
const before = initializeParameters(network, 0);
const plan = trainLast(network, { count: 1 });

function copyOf(parameters: Parameters): Record<string, Tensor<"float32">> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { data, shape }]) => [name, float32(Float32Array.from(data), shape)]),
  );
}

/** What a run by the plan leaves: the head moved, all else as it was. */
function afterARun(): Record<string, Tensor<"float32">> {
  const after = copyOf(before);
  for (const name of ["head.weight", "head.bias"]) after[name].data[0] += 0.5;
  return after;
}

function flipBit(tensor: Tensor, bit: number): void {
  bytesOf(tensor)[bit >> 3] ^= 1 << (bit & 7);
}

const updated = ["head.weight", "head.bias"];

/** Real steps of training under a plan: what they leave, and what the optimizer updated. */
async function trained(
  trainedNetwork: Network,
  by: FreezePlan,
  { steps = 3, ...changes }: Partial<TrainerOptions> & { steps?: number } = {},
): Promise<{ after: Parameters; updated: readonly string[] }> {
  const trainer = createTrainer({
    network: trainedNetwork,
    input: { kind: "features" },
    optimizer: sgd({ momentum: 0.9 }),
    trains: trainsInPlan(by),
    parameters: before,
    seed: 1,
    session: { threads: 1 },
    ...changes,
  });
  expect(trainer.updated()).toEqual([]);
  const input = float32(
    Float32Array.from({ length: 4 * 192 }, (_, index) => Math.sin(index)),
    [4, 3, 8, 8],
  );
  for (let step = 0; step < steps; step++) {
    await trainer.step({ input, labels: int64([0, 1, 2, 1]) }, { step, learningRate: 0.1 });
  }
  const after = copyOf(await trainer.parameters());
  await trainer.close();
  return { after, updated: trainer.updated() };
}

describe("proveFreeze", () => {
  test("holds for a run that trained by its plan", async () => {
    const proof = proveFreeze(network, plan, { before, sha256, ...(await trained(network, plan)) });
    expect(proof.holds).toBe(true);
    expect(proof.trainable.map(({ name, changed }) => [name, changed])).toEqual([
      ["head.weight", true],
      ["head.bias", true],
    ]);
    expect(proof.frozen).toHaveLength(networkParameters(network).length - 2);
    for (const { before: from, after: to } of proof.frozen) expect(to).toBe(from);
  });

  test("fails for a run that trained more than its plan says, statistics among it", async () => {
    const proof = proveFreeze(network, plan, {
      before,
      sha256,
      ...(await trained(network, trainEverything(network))),
    });
    expect(proof.holds).toBe(false);
    const moved = proof.frozen.filter(({ changed }) => changed).map(({ name }) => name);
    expect(moved).toEqual(expect.arrayContaining(["norm.running_mean", "block.norm.running_var", "block.conv.weight"]));
  });

  test("lets statistics follow the batches in layers that train or adapt, unless they were to be kept", async () => {
    const everything = trainEverything(network);
    const statistics = networkParameters(network).filter(({ role }) => role === "statistic");
    const names = statistics.map(({ name }) => name);
    const run = { before, sha256, ...(await trained(network, everything)) };
    const following = proveFreeze(network, everything, run);
    expect(following.holds).toBe(true);
    expect(following.adapting.map(({ name, changed }) => [name, changed])).toEqual(names.map((name) => [name, true]));
    expect(proveFreeze(network, everything, { ...run, keepsStatistics: true }).holds).toBe(false);
    const after = { ...run.after, ...Object.fromEntries(names.map((name) => [name, before[name]])) };
    const kept = proveFreeze(network, everything, { ...run, after, keepsStatistics: true });
    expect(kept.holds).toBe(true);
    expect(kept.frozen.map(({ name }) => name)).toEqual(names);
  });

  test("holds for frozen layers whose statistics adapt, and fails if their weights move", async () => {
    const adapts = (layer: string): boolean => layer === "norm" || layer === "block";
    const run = { before, sha256, ...(await trained(network, plan, { adapts })) };
    const proof = proveFreeze(network, plan, { ...run, adapts });
    expect(proof.holds).toBe(true);
    expect(proof.adapting.every(({ changed }) => changed)).toBe(true);
    expect(proof.adapting.map(({ name }) => name)).toContain("norm.running_mean");
    expect(proveFreeze(network, plan, run).holds).toBe(false);
    const after = copyOf(run.after);
    flipBit(after["norm.weight"], 0);
    expect(proveFreeze(network, plan, { ...run, after, adapts }).holds).toBe(false);
  });

  test("notes a trained tensor that its updates left equal", async () => {
    const run = {
      before,
      sha256,
      ...(await trained(network, plan, { updateRule: () => ({ learningRateFactor: 0 }) })),
    };
    const proof = proveFreeze(network, plan, run);
    expect(proof.holds).toBe(true);
    expect(proof.trainable.map(({ changed, updated: received }) => [changed, received])).toEqual([
      [false, true],
      [false, true],
    ]);
  });

  test("fails for a run that trained less than its plan says", async () => {
    const proof = proveFreeze(network, trainLast(network, { count: 2 }), {
      before,
      sha256,
      ...(await trained(network, plan)),
    });
    expect(proof.holds).toBe(false);
    expect(proof.trainable.filter((tensor) => !tensor.updated).map(({ name }) => name)).toEqual(
      networkParameters(network).flatMap(({ name, layer, role }) =>
        layer === "block" && role !== "statistic" ? [name] : [],
      ),
    );
  });

  test("finds any single bit that changed in any frozen tensor", () => {
    for (const { name } of networkParameters(network).filter((each) => each.layer !== "head")) {
      const bits = bytesOf(before[name]).length * 8;
      for (const bit of [0, 31, bits - 1]) {
        const after = afterARun();
        flipBit(after[name], bit);
        const proof = proveFreeze(network, plan, { before, sha256, after, updated });
        expect(proof.holds).toBe(false);
        expect(proof.frozen.filter(({ changed }) => changed).map((tensor) => tensor.name)).toEqual([name]);
      }
    }
  });

  test("tells 0 from -0, and takes a NaN that stayed for unchanged", () => {
    const [withZero, withNaN] = [copyOf(before), copyOf(before)];
    withZero["stem.bias"].data[0] = -0;
    const after = { ...afterARun(), "stem.bias": withZero["stem.bias"] };
    expect(before["stem.bias"].data[0]).toBe(0);
    expect(proveFreeze(network, plan, { before, sha256, after, updated }).holds).toBe(false);
    withNaN["stem.bias"].data[0] = NaN;
    const stayed = { ...afterARun(), "stem.bias": copyOf(withNaN)["stem.bias"] };
    expect(proveFreeze(network, plan, { before: withNaN, sha256, after: stayed, updated }).holds).toBe(true);
  });

  test("counts the parameters of a tensor and shows the digests of its bytes", () => {
    const { trainable } = proveFreeze(network, plan, { before, sha256, after: afterARun(), updated });
    expect(trainable[0]).toMatchObject({ name: "head.weight", parameters: 12, changed: true });
    expect(trainable[0].before).toMatch(/^[0-9a-f]{16}$/);
    expect(proveFreeze(network, plan, { before, after: afterARun(), updated }).trainable[0].before).toBe(
      trainable[0].before,
    );
    expect(trainable[0].after).not.toBe(trainable[0].before);
  });

  test("a tensor that is missing is no tensor that stayed", () => {
    const { "stem.bias": _bias, ...after } = afterARun();
    expect(() => proveFreeze(network, plan, { before, sha256, after, updated })).toThrow(
      new Error("internal: no values of stem.bias to compare"),
    );
  });
});

describe("requireFreeze", () => {
  test("is silent where the proof holds", () => {
    const proof = proveFreeze(network, plan, { before, sha256, after: afterARun(), updated });
    expect(() => requireFreeze(proof)).not.toThrow();
  });

  test("names what moved and what was not updated", () => {
    const after = copyOf(before);
    flipBit(after["norm.weight"], 0);
    flipBit(after["head.bias"], 0);
    const proof = proveFreeze(network, plan, { before, sha256, after, updated: ["head.bias"] });
    expect(() => requireFreeze(proof)).toThrow(
      new TrainingError(
        "freeze proof: expected frozen tensors to stay and trained ones to be updated, " +
          "got frozen but changed: norm.weight; trainable but never updated: head.weight.",
      ),
    );
  });
});

function distance(a: Tensor<"float32">, b: Tensor<"float32">): number {
  return Math.max(...Array.from(a.data as Float32Array, (value, at) => Math.abs(value - b.data[at])));
}

describe.each([
  ["biases", ["stem.bias", "norm.bias", "block.conv.bias", "block.norm.bias", "head.weight", "head.bias"]],
  ["normalizations", ["norm.weight", "norm.bias", "block.norm.weight", "block.norm.bias", "head.weight", "head.bias"]],
] as const)("where %s alone train", (only, names) => {
  const parts = trainParts(network, { only });

  test("they move as when everything does, all else stays bit for bit, and the proof says so", async () => {
    // one step, since the second one's gradients are of other weights
    const whole = await trained(network, trainEverything(network), { steps: 1 });
    const { after, updated: moved } = await trained(network, parts, { updates: updatesInPlan(parts), steps: 1 });
    expect([...moved].sort()).toEqual([...names].sort());
    const weights = networkParameters(network).filter(({ role }) => role !== "statistic");
    const isTrained = (name: string): boolean => (names as readonly string[]).includes(name);
    for (const { name } of weights.filter((one) => !isTrained(one.name))) expect(after[name]).toEqual(before[name]);
    // graphs of other gradients add in another order
    const moves = weights
      .filter((one) => isTrained(one.name))
      .map(({ name }) => distance(after[name], whole.after[name]));
    expect(Math.max(...moves)).toBeLessThan(1e-6);
    const proof = proveFreeze(network, parts, { before, after, updated: moved, sha256 });
    expect(proof.holds).toBe(true);
    expect(proof.trainable.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(proof.frozen.map(({ name }) => name)).toContain("stem.weight");
  });

  test("a weight that moved beside them breaks it", () => {
    const after = copyOf(before);
    flipBit(after["stem.weight"], 3);
    expect(proveFreeze(network, parts, { before, after, updated: names, sha256 }).holds).toBe(false);
  });
});
