/** @file Files that fix how many images they take give the same scores to any number of them. */

import { expect, onTestFinished, test } from "vitest";
import { testSession } from "../../../../test/support/device.ts";
import {
  type Message,
  type ModelParts,
  declared,
  int64s,
  model,
  node,
  weight,
  written,
} from "../../../../test/support/onnx-file.ts";
import { float32 } from "../../../core/index.ts";
import { createModelSession } from "../../../engine/runtime/index.ts";
import { createInferenceSession } from "../../../engine/training/index.ts";
import { importBackbone } from "../import-backbone.ts";

const IMAGES = 8;
const [channels, tokens, width] = [3, 4, 6];
const pixels = Float32Array.from({ length: IMAGES * channels * 16 }, (_, index) => Math.sin(index * index));

/** The scores of all images in the file's own batches. */
async function ownScores(bytes: Uint8Array, batch: number): Promise<number[]> {
  const session = await createModelSession(bytes, testSession);
  onTestFinished(() => session.close());
  const scores: number[] = [];
  for (let start = 0; start < IMAGES; start += batch) {
    const images = pixels.slice(start * channels * 16, (start + batch) * channels * 16);
    const { logits } = await session.run({ images: float32(images, [batch, channels, 4, 4]) });
    scores.push(...Array.from(logits.data, Number));
  }
  return scores;
}

/** Collects the nodes of a file and their constants. */
class Nodes {
  readonly list: Message[] = [];
  readonly weights: Message[] = [];

  add(opType: string, inputs: readonly string[], output: string, attributes: Parameters<typeof node>[2] = {}): string {
    this.list.push(node(opType, [inputs, [output]], attributes));
    return output;
  }

  reshape(x: string, output: string, shape: readonly number[]): string {
    this.weights.push(int64s(`${output}/shape`, shape));
    return this.add("Reshape", [x, `${output}/shape`], output);
  }

  weight(name: string, dims: readonly number[]): string {
    this.weights.push(weight(name, dims));
    return name;
  }

  parts(batch: number): ModelParts {
    return { inputs: [declared("images", [batch, channels, 4, 4])], nodes: this.list, weights: this.weights };
  }
}

/** Patches as tokens [N, L, E], and what a network does with them before its mean and head. */
function withTokens(batch: number, middle: (g: Nodes, x: string) => string): ModelParts {
  const g = new Nodes();
  g.add("Conv", ["images", g.weight("patch.weight", [width, channels, 2, 2])], "patches", { strides: [2, 2] });
  g.reshape("patches", "flat", [batch, width, tokens]);
  g.add("Transpose", ["flat"], "tokens", { perm: [0, 2, 1] });
  g.add("ReduceMean", [middle(g, "tokens")], "mean", { axes: [1], keepdims: 0 });
  g.add("Gemm", ["mean", g.weight("head.weight", [3, width]), g.weight("head.bias", [3])], "logits", { transB: 1 });
  return g.parts(batch);
}

/** PyTorch's attention: tokens first, heads behind the images on one axis, then [L·N, E]. */
function attention(batch: number): (g: Nodes, x: string) => string {
  return (g, x) => {
    g.add("Transpose", [x], "first", { perm: [1, 0, 2] });
    const [query, key, value] = ["query", "key", "value"].map((name) => {
      g.add("MatMul", ["first", g.weight(`${name}.weight`, [width, width])], name);
      g.reshape(name, `${name}/heads`, [tokens, batch * 2, width / 2]);
      return g.add("Transpose", [`${name}/heads`], `${name}/turned`, { perm: [1, 0, 2] });
    });
    g.add("Transpose", [key], "keys", { perm: [0, 2, 1] });
    g.add("Softmax", [g.add("MatMul", [query, "keys"], "scores")], "shares", { axis: 2 });
    g.add("Transpose", [g.add("MatMul", ["shares", value], "mixed")], "again", { perm: [1, 0, 2] });
    g.reshape("again", "rows", [tokens * batch, width]);
    g.add("Gemm", ["rows", g.weight("out.weight", [width, width]), g.weight("out.bias", [width])], "out");
    g.reshape("out", "out/tokens", [tokens, batch, width]);
    return g.add("Transpose", ["out/tokens"], "attended", { perm: [1, 0, 2] });
  };
}

/** tf2onnx's dense layer of tokens: [N·L, E] and back; a class token once for each image, and its Expand. */
function dense(batch: number): (g: Nodes, x: string) => string {
  return (g, x) => {
    g.reshape(x, "rows", [batch * tokens, width]);
    g.add("MatMul", ["rows", g.weight("dense.weight", [width, width])], "product");
    g.reshape("product", "dense", [batch, tokens, width]);
    g.weights.push(int64s("one/shape", [batch, 1, width]), int64s("all/shape", [batch, tokens + 1, width]));
    g.add("Expand", [g.weight("token", [1, 1, width]), "one/shape"], "one");
    g.add("Concat", ["one", "dense"], "joined", { axis: 1 });
    g.add("ReduceMax", ["joined"], "most", { axes: [1], keepdims: 1 });
    return g.add("Sub", ["joined", g.add("Expand", ["most", "all/shape"], "all")], "less");
  };
}

const exporters = { attention, dense };

test.each(Object.entries(exporters).flatMap(([what, middle]) => [1, 2, 8].map((batch) => ({ what, middle, batch }))))(
  "$what of $batch at a time trains, and scores as the file does",
  async ({ middle, batch }) => {
    const bytes = written(model(withTokens(batch, middle(batch))));
    const { network, parameters, untrainable } = await importBackbone(bytes, { path: "a.onnx" });
    expect(untrainable).toBeNull();
    const own = await ownScores(bytes, batch);
    const session = await createInferenceSession({ network, parameters, input: { kind: "features" } }, testSession);
    onTestFinished(() => session.close());
    for (const count of [1, 2, 7]) {
      const input = float32(pixels.slice(0, count * channels * 16), [count, channels, 4, 4]);
      const { output } = await session.run({ input });
      expect(output.shape).toEqual([count, 3]);
      // sums in another order: float32
      output.data.forEach((score, index) => expect(Number(score)).toBeCloseTo(own[index], 4));
    }
  },
);
