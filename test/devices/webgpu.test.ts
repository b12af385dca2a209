/** @file On WebGPU: that steps run there and not on the CPU beside it, that weights stay there, and what its kernels lack. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Tensor, float32, int64 } from "../../src/core/index.ts";
import { initializeParameters, sgd } from "../../src/engine/nn/index.ts";
import { Operations, type Value } from "../../src/engine/onnx/index.ts";
import { createSession } from "../../src/engine/runtime/index.ts";
import { createTrainer } from "../../src/engine/training/index.ts";
import { classicCnn } from "../../src/models/index.ts";
import { temporaryFolder } from "../cli/graft.ts";
import { testDevice } from "../support/device.ts";

/** An entry of onnxruntime's profile. */
interface ProfileEvent {
  cat: string;
  name: string;
  args?: { provider?: string; op_name?: string };
}

/** Operators that ran, by provider, from the profile in a folder. */
function operatorsIn(folder: string): Map<string, string[]> {
  const [name] = readdirSync(folder).filter((file) => file.endsWith(".json"));
  const events = JSON.parse(readFileSync(join(folder, name), "utf8")) as ProfileEvent[];
  const operators = new Map<string, string[]>();
  for (const { cat, name: event, args } of events) {
    if (cat !== "Node" || !event.endsWith("_kernel_time") || args?.provider === undefined) continue;
    operators.set(args.provider, [...(operators.get(args.provider) ?? []), args.op_name ?? ""]);
  }
  return operators;
}

function profileFolder(): string {
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  return folder;
}

// the other devices have other kernels; the phase of continuous integration that sets the device runs these
describe.skipIf(testDevice !== "webgpu")("on webgpu", () => {
  test("a training step runs there, but for what concerns the labels alone", { timeout: 120_000 }, async () => {
    const folder = profileFolder();
    const network = classicCnn({ inputShape: [3, 16, 16], numClasses: 10 });
    const trainer = createTrainer({
      network,
      parameters: initializeParameters(network, 0),
      trains: () => true,
      input: { kind: "images", normalization: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } },
      optimizer: sgd({ momentum: 0.9 }),
      seed: 0,
      session: { device: testDevice, threads: 1, profilePrefix: join(folder, "step") },
    });
    const images = Uint8Array.from({ length: 2 * 3 * 16 * 16 }, (_, index) => (index * 37) % 256);
    const input = { dtype: "uint8", shape: [2, 3, 16, 16], data: images } as const;
    const { loss } = await trainer.step({ input, labels: int64([3, 7]) }, { step: 0, learningRate: 0.01 });
    await trainer.close();
    expect(loss).toBeGreaterThan(1);
    const operators = operatorsIn(folder);
    // labels as numbers: one row of the loss for each, and how many answers are right
    expect([...new Set(operators.get("CPUExecutionProvider"))].sort()).toEqual(["Equal", "OneHot"]);
    const onDevice = operators.get("WebGpuExecutionProvider") ?? [];
    for (const name of ["Conv", "Gemm", "MatMul", "MaxPool", "Relu"]) expect(onDevice).toContain(name);
    // weights and slots neither come nor go: the answers come for Equal, its result and the one-hot labels go
    expect(onDevice.filter((name) => name.startsWith("Memcpy")).length).toBeLessThanOrEqual(5);
  });

  test.each<[string, Tensor<"float32">, (g: Operations, x: Value) => readonly Value[], number[]]>([
    [
      "Slice backwards from the middle",
      float32([0, 1, 2, 3, 4, 5, 6, 7]),
      (g, x) => [g.slice(x, { starts: [6], ends: [0], axes: [0], steps: [-3] })],
      [6, 3],
    ],
    [
      "MaxPool with positions",
      float32([1, 4, 2, 3], [1, 1, 2, 2]),
      (g, x) => g.node("MaxPool", [x], { kernel_shape: [2, 2] }, { outputs: 2 }),
      [4, 1],
    ],
    [
      "LayerNormalization with one scale for all",
      float32([-1, 1], [1, 2]),
      (g, x) => [g.op("LayerNormalization", [x, g.floats([3]), g.floats([1])], { epsilon: 0 })],
      [-2, 4],
    ],
  ])("%s, which no kernel there computes, is right, on the CPU", async (title, tensor, build, expected) => {
    const folder = profileFolder();
    const g = new Operations();
    const x = g.input("x", "float32", tensor.shape);
    // twice around it, so that it lies between nodes that do run on the device
    build(g, g.op("Neg", [g.neg(x)])).forEach((value, index) => g.output(value, `y${index}`));
    const profilePrefix = join(folder, "gap");
    const session = await createSession(g.build(), { device: testDevice, threads: 1, profilePrefix });
    const results = await session.run({ x: tensor });
    await session.close();
    const found = session.outputNames.flatMap((name) => Array.from(results[name].data, Number));
    found.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 5));
    expect(found).toHaveLength(expected.length);
    const operators = operatorsIn(folder);
    expect(operators.get("CPUExecutionProvider")).toEqual([title.split(" ")[0]]);
    expect(operators.get("WebGpuExecutionProvider")).toContain("Neg");
  });

  test("a tensor too large for it is one sentence, and the device goes on", async () => {
    const session = async (rows: number) => {
      const g = new Operations();
      const large = g.expand(g.input("x", "float32", [1, 1024]), [rows, 1024]);
      g.output(g.reduceMean(g.mul(large, g.reduceSum(large, [0], 1)), [0, 1]), "mean");
      return createSession(g.build(), { device: testDevice, threads: 1 });
    };
    const x = float32(new Float32Array(1024).fill(1), [1, 1024]);
    const [tooLarge, small] = [await session(600_000), await session(8)];
    await expect(tooLarge.run({ x })).rejects.toThrow(/^webgpu ran out of memory \(.+\)\.$/);
    expect((await small.run({ x })).mean.data).toEqual(Float32Array.of(8));
    await tooLarge.close();
    await small.close();
  });
});
