/** @file Attention as PyTorch's exporter guards it, shares that are NaN become 0; its masks; and other choices by comparing. */

import { describe, expect, test } from "vitest";
import { type Message, body, head, int64s, model, node, weights, written } from "../../../test/support/onnx-file.ts";
import { fileOutputs, largestDifference, outputsOf, someImages } from "../../../test/support/onnx-files.ts";
import { initializeParameters, networkParameters, sgd } from "../../engine/nn/index.ts";
import { buildTrainingStep, createTrainer } from "../../engine/training/index.ts";
import { importBackbone } from "./import-backbone.ts";

const path = "a.onnx";

/** Two channels of sixteen pixels that read each other, with `mask` added to their scores. */
function attentive(mask: readonly number[] | null): Uint8Array {
  const nodes: Message[] = [
    ...body.slice(0, 2),
    node("Reshape", [["relu", "rows"], ["tokens"]]),
    node("Transpose", [["tokens"], ["columns"]], { perm: [0, 2, 1] }),
    node("MatMul", [["tokens", "columns"], ["scores"]]),
    ...(mask === null ? [] : [node("Add", [["scores", "mask"], ["masked"]])]),
    node("Softmax", [[mask === null ? "scores" : "masked"], ["shares"]], { axis: -1 }),
    node("IsNaN", [["shares"], ["none"]]),
    node("Where", [["none", "nothing", "shares"], ["kept"]]),
    node("MatMul", [["kept", "tokens"], ["read"]]),
    node("ReduceMean", [["read"], ["mean"]], { axes: [2], keepdims: 0 }),
    node("Gemm", [["mean", "fc.weight", "fc.bias"], ["logits"]], { transB: 1 }),
  ];
  return written(
    model({ nodes, weights: [...weights, int64s("rows", [0, 2, 16]), scalar("nothing", 0), ...masks(mask)] }),
  );
}

function scalar(name: string, value: number): Message {
  return [[2, 1], [8, name], [9, new Uint8Array(Float32Array.of(value).buffer)]]; // prettier-ignore
}

function masks(values: readonly number[] | null): Message[] {
  if (values === null) return [];
  return [[[1, 2], [1, 2], [2, 1], [8, "mask"], [9, new Uint8Array(Float32Array.from(values).buffer)]]]; // prettier-ignore
}

const cases = [
  { what: "nothing", mask: null, guards: 0 },
  { what: "a finite mask", mask: [0, -1, 0.5, 0], guards: 0 },
  { what: "a mask that hides one token from another", mask: [0, -Infinity, 0, 0], guards: 1 },
];

describe.each(cases)("with $what added to the scores", ({ mask, guards }) => {
  test("the file's scores come of it, and the guard is there where it may be needed", async () => {
    const bytes = attentive(mask);
    const backbone = await importBackbone(bytes, { path });
    expect(backbone.untrainable).toBeNull();
    const images = someImages([3, ...backbone.network.inputShape]);
    const theirs = (await fileOutputs(bytes, images)).flatMap((data) => Array.from(data, Number));
    expect(largestDifference(await outputsOf(backbone, images), theirs)).toBeLessThan(1e-6);
    const { graph } = buildTrainingStep(
      { network: backbone.network, input: { kind: "features" }, optimizer: sgd(), trains: () => true, frozen: {} },
      2,
    );
    expect(graph.nodes.filter(({ opType }) => opType === "IsNaN")).toHaveLength(guards);
  });

  test("every weight trains", async () => {
    const { network, parameters } = await importBackbone(attentive(mask), { path });
    const trainer = createTrainer({
      network,
      input: { kind: "features" },
      optimizer: sgd(),
      trains: () => true,
      parameters: { ...initializeParameters(network, 0), ...parameters },
      seed: 0,
      session: { threads: 1 },
    });
    const input = someImages([4, ...network.inputShape]);
    const labels = { dtype: "int64", shape: [4], data: BigInt64Array.of(0n, 1n, 2n, 0n) } as const;
    const { loss } = await trainer.step({ input, labels }, { step: 0, learningRate: 0.1 });
    expect(loss).toBeGreaterThan(0);
    const trained = await trainer.parameters();
    await trainer.close();
    const moved = networkParameters(network).map(({ name }) =>
      largestDifference(trained[name].data, parameters[name].data as Float32Array),
    );
    expect(moved.every((distance) => Number.isFinite(distance) && distance > 0)).toBe(true);
  });
});

test("a token that may read none gets nothing", async () => {
  const bytes = attentive([-Infinity, -Infinity, 0, 0]);
  const backbone = await importBackbone(bytes, { path });
  const images = someImages([2, ...backbone.network.inputShape]);
  const theirs = (await fileOutputs(bytes, images)).flatMap((data) => Array.from(data, Number));
  expect(theirs.every(Number.isFinite)).toBe(true);
  expect(largestDifference(await outputsOf(backbone, images), theirs)).toBeLessThan(1e-6);
});

test("masks are no weights", async () => {
  const names = async (mask: readonly number[]): Promise<string[]> =>
    Object.keys((await importBackbone(attentive(mask), { path })).parameters);
  const own = ["conv.weight", "fc.weight", "fc.bias"];
  expect(await names([0, -100, -100, 0])).toEqual(own);
  expect(await names([0, -Infinity, 0, 0])).toEqual(own);
  // what is learned is seldom 0, and never so low
  expect(await names([0, -1, 0.5, 0])).toEqual(["conv.weight", "masked.bias", "fc.weight", "fc.bias"]);
});

test("other comparisons are in no gradient's way", async () => {
  const nodes = [
    body[0],
    node("Greater", [["conv", "nothing"], ["positive"]]),
    node("Where", [["positive", "conv", "nothing"], ["relu"]]),
    ...body.slice(2),
    head,
  ];
  const bytes = written(model({ nodes, weights: [...weights, scalar("nothing", 0)] }));
  expect((await importBackbone(bytes, { path })).untrainable).toBeNull();
});
