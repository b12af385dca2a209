/** @file An exported model means the same to others: onnx reads it, PyTorch computes its probabilities. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { type Tensor, float32, stream } from "../../src/core/index.ts";
import { type Network, type Parameters, networkParameters } from "../../src/engine/nn/index.ts";
import { createModelSession } from "../../src/engine/runtime/index.ts";
import { exportModel } from "../../src/engine/training/index.ts";
import { type ArchitectureName, architectures } from "../../src/models/index.ts";

const PYTHON = "/usr/bin/python3";
const judge = fileURLToPath(new URL("judge_model.py", import.meta.url));
const hasJudge = spawnSync(PYTHON, ["-c", "import onnx, torch"]).status === 0;
if (!hasJudge) console.info(`skipped: exported models run by PyTorch, since ${PYTHON} cannot import onnx and torch`);

const IMAGES = [3, 3, 16, 16];
const classes = JSON.stringify(["cat", "dog", "horse", "ship"]);
const normalization = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** Fresh weights, smaller, with every constant among them moved, so that no scale, shift or statistic is 0 or 1. */
function weights(name: ArchitectureName): {
  network: Network;
  parameters: Parameters;
} {
  const network = architectures[name]({ inputShape: IMAGES.slice(1), numClasses: 4 });
  const random = stream(3, "weights");
  const parameters = networkParameters(network).map((parameter) => {
    const fresh = parameter.initialize(parameter.shape, random);
    const isWeight = parameter.shape.length > 1;
    // weights below their usual size, or the residual network would be sure of one class for any image
    const data = fresh.data.map((value) => (isWeight ? 0.7 * value : value + 0.4 * (random.uniform() - 0.5)));
    return [parameter.name, float32(data, parameter.shape)] as const;
  });
  return { network, parameters: Object.fromEntries(parameters) };
}

async function graftsOwn(model: Uint8Array, images: Tensor): Promise<number[]> {
  const session = await createModelSession(model, { threads: 1 });
  onTestFinished(() => session.close());
  return Array.from((await session.run({ images })).probabilities.data, Number);
}

const names: ArchitectureName[] = ["classic-cnn", "resnet-20", "mobilenet-v2-x0.5", "mlp"];

test.skipIf(!hasJudge).each(names)(
  "%s gives PyTorch, reading its file, the same probabilities within 1e-5",
  async (name) => {
    const folder = mkdtempSync(join(tmpdir(), "graft-exported-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const input = { kind: "images", normalization } as const;
    const model = exportModel({ ...weights(name), input }, { network: name, classes });
    const random = stream(4, "images");
    const pixels = Uint8Array.from({ length: IMAGES.reduce((a, b) => a * b) }, () =>
      Math.floor(256 * random.uniform()),
    );
    const [modelPath, imagesPath] = [join(folder, "model.onnx"), join(folder, "images.bin")];
    writeFileSync(modelPath, model);
    writeFileSync(imagesPath, pixels);
    const judged = spawnSync(PYTHON, [judge, modelPath, imagesPath, ...IMAGES.map(String)], { encoding: "utf8" });
    expect(judged.stderr).toBe("");
    const { metadata, probabilities }: { metadata: unknown; probabilities: number[][] } = JSON.parse(judged.stdout);
    expect(metadata).toEqual({ network: name, classes });
    const own = await graftsOwn(model, { dtype: "uint8", shape: IMAGES, data: pixels });
    const others = probabilities.flat();
    expect(own.length).toBe(12);
    expect(Math.max(...own.map((value, index) => Math.abs(value - others[index])))).toBeLessThan(1e-5);
    // not all the same, so that a wrong input would show
    expect(Math.max(...own.slice(0, 4).map((value, index) => Math.abs(value - own[4 + index])))).toBeGreaterThan(1e-4);
  },
);
