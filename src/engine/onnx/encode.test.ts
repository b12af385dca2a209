/** @file Written models: what onnx's own checker and onnxruntime make of them. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { zeros } from "../../core/index.ts";
import { gradient } from "../autodiff/index.ts";
import { lower } from "../lowering/index.ts";
import { createModelSession } from "../runtime/index.ts";
import { encodeModel } from "./encode.ts";
import type { Graph } from "./graph.ts";
import { Operations } from "./operations.ts";

const PYTHON = "/usr/bin/python3";
const hasChecker = spawnSync(PYTHON, ["-c", "import onnx"]).status === 0;
if (!hasChecker) console.info(`skipped: the checks by onnx.checker, since ${PYTHON} cannot import onnx`);

/** A convolution, an activation and a dense layer, with constant weights. */
function inferenceGraph(): Graph {
  const g = new Operations();
  const x = g.input("image", "float32", [4, 3, 8, 8]);
  const features = g.relu(g.conv(x, g.initializer("conv/weight", zeros([2, 3, 3, 3])), { pads: [1, 1, 1, 1] }));
  const pooled = g.op("MaxPool", [features], { kernel_shape: [2, 2], strides: [2, 2] });
  const flat = g.op("Flatten", [pooled], { axis: 1 });
  g.output(g.gemm(flat, g.initializer("dense/weight", zeros([32, 5]))), "logits");
  return g.build("inference");
}

/** One step of gradient descent, of standard operators alone. */
function trainingGraph(): Graph {
  const g = new Operations();
  const x = g.input("x", "float32", [4, 6]);
  const [weight, bias] = [g.input("weight", "float32", [6, 3]), g.input("bias", "float32", [3])];
  const rate = g.input("learningRate", "float32", []);
  const logProbabilities = g.logSoftmax(g.gemm(g.tanh(x), weight, bias));
  const loss = g.neg(g.reduceMean(logProbabilities, [0, 1]));
  const [dweight, dbias] = gradient(g, loss, [weight, bias]);
  g.output(loss, "loss");
  g.output(g.sub(weight, g.mul(rate, dweight)), "weight.next");
  g.output(g.sub(bias, g.mul(rate, dbias)), "bias.next");
  return lower(g.build("training"));
}

/** What onnx's checker prints about a model; empty if it is content. */
function checkerComplaint(model: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), "graft-onnx-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "model.onnx");
  writeFileSync(path, model);
  const program = "import onnx, sys; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)";
  const { status, stderr } = spawnSync(PYTHON, ["-c", program, path], { encoding: "utf8" });
  return status === 0 ? "" : stderr;
}

test.skipIf(!hasChecker)("onnx's checker accepts an inference graph, with a fixed and a free batch size", () => {
  expect(checkerComplaint(encodeModel(inferenceGraph(), { metadata: { author: "graft" } }))).toBe("");
  expect(checkerComplaint(encodeModel(inferenceGraph(), { batchAxisName: "N" }))).toBe("");
});

test.skipIf(!hasChecker)("onnx's checker accepts a training graph", () => {
  const graph = trainingGraph();
  expect(new Set(graph.nodes.map((node) => node.domain))).toEqual(new Set([""]));
  expect(checkerComplaint(encodeModel(graph))).toBe("");
});

test("a named batch axis lets onnxruntime run any batch size", async () => {
  const session = await createModelSession(encodeModel(inferenceGraph(), { batchAxisName: "N" }), { threads: 1 });
  onTestFinished(() => session.close());
  const { logits } = await session.run({ image: zeros([7, 3, 8, 8]) });
  expect(logits.shape).toEqual([7, 5]);
});

test("a fixed batch size is refused another", async () => {
  const session = await createModelSession(encodeModel(inferenceGraph()), { threads: 1 });
  onTestFinished(() => session.close());
  await expect(session.run({ image: zeros([7, 3, 8, 8]) })).rejects.toThrow(/Got: 7 Expected: 4/);
});
