/** @file Layers above the last operator that Graft does not know are layers of their own, which train. */

import { expect, onTestFinished, test } from "vitest";
import { testSession } from "../../../test/support/device.ts";
import { type Message, body, declared, head, model, node, weight, weights, written } from "../../../test/support/onnx-file.ts"; // prettier-ignore
import { float32, int64 } from "../../core/index.ts";
import { sgd } from "../../engine/nn/index.ts";
import { createModelSession } from "../../engine/runtime/index.ts";
import { createInferenceSession, createTrainer } from "../../engine/training/index.ts";
import { importBackbone } from "./import-backbone.ts";

const path = "a.onnx";
const input = float32(
  Float32Array.from({ length: 3 * 3 * 16 }, (_, index) => Math.cos(index * index)),
  [3, 3, 4, 4],
);
/** A convolution, what Graft does not know, another convolution and the rest of the small classifier. */
const nodes = (unknown: Message): Message[] => [
  node("Conv", [["images", "stem.weight"], ["stem"]]),
  unknown,
  node("Conv", [["bent", "conv.weight"], ["conv"]]),
  ...body.slice(1),
  head,
];
const shrink = node("Shrink", [["stem"], ["bent"]], { lambd: Float32Array.of(0.1) });
const own = [...weights, weight("stem.weight", [3, 3, 1, 1])];
const fileOf = (batch: number | string): Uint8Array =>
  written(model({ inputs: [declared("images", [batch, 3, 4, 4])], nodes: nodes(shrink), weights: own }));

test.each(["N", 1])("of a file for %s images", async (batch) => {
  const bytes = fileOf(batch);
  const backbone = await importBackbone(bytes, { path });
  const { network, parameters } = backbone;
  expect(network.layers.map(({ name }) => name)).toEqual(["backbone", "conv", "mean", "flat", "fc"]);
  expect(Object.keys(parameters)).toEqual(["conv.weight", "fc.weight", "fc.bias"]);
  expect(backbone).toMatchObject({ trainsFrom: 1, hasHead: true });
  expect(backbone.untrainable).toBe(
    'a.onnx: its layers up to "backbone" run as they are and cannot be trained, since Graft cannot follow them: ' +
      'Shrink node "bent": expected an operator that Graft knows, got "Shrink".',
  );
  const session = await createInferenceSession({ network, parameters, input: { kind: "features" } }, testSession);
  onTestFinished(() => session.close());
  const scores = Array.from((await session.run({ input })).output.data, Number);
  const theirs = await createModelSession(fileOf("N"), testSession);
  onTestFinished(() => theirs.close());
  const wanted = Array.from((await theirs.run({ images: input })).logits.data, Number);
  scores.forEach((score, index) => expect(score).toBeCloseTo(wanted[index], 5));
});

test("train, and nothing below them does", async () => {
  const { network, parameters } = await importBackbone(fileOf("N"), { path });
  const trainer = createTrainer({
    network,
    parameters,
    input: { kind: "features" },
    optimizer: sgd(),
    seed: 0,
    trains: (layer) => layer !== "backbone",
    session: testSession,
  });
  onTestFinished(() => trainer.close());
  await trainer.step({ input, labels: int64([0, 1, 2]) }, { step: 0, learningRate: 0.1 });
  const after = await trainer.parameters();
  expect(Object.keys(after)).toEqual(Object.keys(parameters));
  for (const [name, { data }] of Object.entries(parameters)) expect(after[name].data).not.toEqual(data);
});
