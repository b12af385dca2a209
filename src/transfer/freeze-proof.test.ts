/** @file The proof finds every bit that moved where none should, and every tensor that stayed where none should. */

import { describe, expect, test } from "vitest";
import { type Tensor, TrainingError, bytesOf, float32, int64 } from "../core/index.ts";
import { type Network, type Parameters, initializeParameters, networkParameters, sgd } from "../engine/nn/index.ts";
import { sha256 } from "../files/index.ts";
import { createTrainer } from "../engine/training/index.ts";
import { type FreezePlan, trainEverything, trainLast, trainsInPlan } from "./freeze-plan.ts";
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

/** Real steps of training under a plan. */
async function trained(trainedNetwork: Network, by: FreezePlan): Promise<Parameters> {
  const trainer = createTrainer({
    network: trainedNetwork,
    input: { kind: "features" },
    optimizer: sgd({ momentum: 0.9 }),
    trains: trainsInPlan(by),
    parameters: before,
    seed: 1,
    session: { threads: 1 },
  });
  const input = float32(
    Float32Array.from({ length: 4 * 192 }, (_, index) => Math.sin(index)),
    [4, 3, 8, 8],
  );
  for (let step = 0; step < 3; step++) {
    await trainer.step({ input, labels: int64([0, 1, 2, 1]) }, { step, learningRate: 0.1 });
  }
  const parameters = copyOf(await trainer.parameters());
  await trainer.close();
  return parameters;
}

describe("proveFreeze", () => {
  test("holds for a run that trained by its plan", async () => {
    const proof = proveFreeze(network, plan, { before, sha256, after: await trained(network, plan) });
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
      after: await trained(network, trainEverything(network)),
    });
    expect(proof.holds).toBe(false);
    const moved = proof.frozen.filter(({ changed }) => changed).map(({ name }) => name);
    expect(moved).toEqual(expect.arrayContaining(["norm.running_mean", "block.norm.running_var", "block.conv.weight"]));
  });

  test("wants statistics unchanged that were to be kept", async () => {
    const everything = trainEverything(network);
    const after = await trained(network, everything);
    expect(proveFreeze(network, everything, { before, sha256, after }).holds).toBe(true);
    expect(proveFreeze(network, everything, { before, sha256, after, keepsStatistics: true }).holds).toBe(false);
    const statistics = networkParameters(network).filter(({ role }) => role === "statistic");
    const kept = { ...after, ...Object.fromEntries(statistics.map(({ name }) => [name, before[name]])) };
    const proof = proveFreeze(network, everything, { before, sha256, after: kept, keepsStatistics: true });
    expect(proof.holds).toBe(true);
    expect(proof.frozen.map(({ name }) => name)).toEqual(statistics.map(({ name }) => name));
  });

  test("fails for a run that trained less than its plan says", async () => {
    const proof = proveFreeze(network, trainLast(network, { count: 2 }), {
      before,
      after: await trained(network, plan),
      sha256,
    });
    expect(proof.holds).toBe(false);
    expect(proof.trainable.filter(({ changed }) => !changed).map(({ name }) => name)).toEqual(
      networkParameters(network).flatMap(({ name, layer }) => (layer === "block" ? [name] : [])),
    );
  });

  test("finds any single bit that changed in any frozen tensor", () => {
    for (const { name } of networkParameters(network).filter((each) => each.layer !== "head")) {
      const bits = bytesOf(before[name]).length * 8;
      for (const bit of [0, 31, bits - 1]) {
        const after = afterARun();
        flipBit(after[name], bit);
        const proof = proveFreeze(network, plan, { before, sha256, after });
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
    expect(proveFreeze(network, plan, { before, sha256, after }).holds).toBe(false);
    withNaN["stem.bias"].data[0] = NaN;
    const stayed = { ...afterARun(), "stem.bias": copyOf(withNaN)["stem.bias"] };
    expect(proveFreeze(network, plan, { before: withNaN, sha256, after: stayed }).holds).toBe(true);
  });

  test("counts the parameters of a tensor and shows the digests of its bytes", () => {
    const { trainable } = proveFreeze(network, plan, { before, sha256, after: afterARun() });
    expect(trainable[0]).toMatchObject({ name: "head.weight", parameters: 12, changed: true });
    expect(trainable[0].before).toMatch(/^[0-9a-f]{16}$/);
    expect(proveFreeze(network, plan, { before, after: afterARun() }).trainable[0].before).toBe(trainable[0].before);
    expect(trainable[0].after).not.toBe(trainable[0].before);
  });

  test("a tensor that is missing is no tensor that stayed", () => {
    const { "stem.bias": _bias, ...after } = afterARun();
    expect(() => proveFreeze(network, plan, { before, sha256, after })).toThrow(
      new Error("internal: no values of stem.bias to compare"),
    );
  });
});

describe("requireFreeze", () => {
  test("is silent where the proof holds", () => {
    const proof = proveFreeze(network, plan, { before, sha256, after: afterARun() });
    expect(() => requireFreeze(proof)).not.toThrow();
  });

  test("names what moved and what stayed", () => {
    const after = copyOf(before);
    flipBit(after["norm.weight"], 0);
    flipBit(after["head.bias"], 0);
    const proof = proveFreeze(network, plan, { before, sha256, after });
    expect(() => requireFreeze(proof)).toThrow(
      new TrainingError(
        "freeze proof: expected frozen tensors to stay and trained ones to change, " +
          "got frozen but changed: norm.weight; trainable but unchanged: head.weight.",
      ),
    );
  });
});
