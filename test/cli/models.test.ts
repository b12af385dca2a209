/** @file `graft models`: what is listed, described and refused. Nothing here touches the network. */

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { type Tensor, scalar } from "../../src/core/index.ts";
import { initializeParameters } from "../../src/engine/nn/index.ts";
import { Operations, encodeModel } from "../../src/engine/onnx/index.ts";
import { encodeSafetensors, exportModel } from "../../src/engine/training/index.ts";
import { architectures, mlp, pretrained } from "../../src/models/index.ts";
import { declared, model, written } from "../support/onnx-file.ts";
import { graft, temporaryFolder } from "./graft.ts";

const { folder, remove } = temporaryFolder();
afterAll(remove);

const modelsDir = join(folder, "mine");
const run = (...args: string[]) => graft(args, { cwd: folder, env: { GRAFT_MODELS_DIR: modelsDir } });
const names = Object.keys(pretrained);

const wrong = Buffer.from("no model");
mkdirSync(modelsDir);
writeFileSync(join(modelsDir, "mnist-12.onnx"), wrong);

/** A graph of one addition and two activations, in a file. */
function writeModel(): string {
  const g = new Operations();
  const x = g.input("x", "float32", [2, 3]);
  const sum = g.add(x, g.initializer("one", scalar(1)));
  g.output(g.op("Relu", [g.op("Relu", [sum])]), "y");
  const path = join(folder, "tiny.onnx");
  writeFileSync(path, encodeModel(g.build()));
  return path;
}

describe("models list", () => {
  test("has one line for each, with where it is", async () => {
    const { exitCode, stdout, stderr } = await run("models", "list");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0].split(/ {2,}/)).toEqual([
      "name",
      "network",
      "weights",
      "input",
      "top-1",
      "licence",
      "size",
      "where",
    ]);
    expect(lines.slice(1, -1).map((line) => line.split(" ")[0])).toEqual(names);
    expect(lines.find((line) => line.startsWith("resnet18-v1-7"))?.split(/ {2,}/)).toEqual([
      "resnet18-v1-7",
      "ResNet-18",
      "11.7 M",
      "3x224x224",
      "69.9 %",
      "Apache-2.0",
      "46.8 MB",
      "not here",
    ]);
    expect(lines.find((line) => line.startsWith("mnist-12"))).toMatch(/ models folder$/);
    expect(lines.at(-1)).toBe(`Downloads are kept in ${join(folder, "cache")}; details: graft models info <name>`);
  });

  test("comes in the order that is asked for", async () => {
    const listed = async (sort: string): Promise<{ accuracy: number; sizeBytes: number }[]> =>
      JSON.parse((await run("models", "list", "--json", "--sort", sort)).stdout);
    const accuracies = (await listed("accuracy")).map(({ accuracy }) => accuracy);
    expect(accuracies).toEqual(accuracies.toSorted((a, b) => b - a));
    const sizes = (await listed("size")).map(({ sizeBytes }) => sizeBytes);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect((await run("models", "list", "--sort", "speed")).stderr).toMatch(
      /^graft: --sort: expected one of accuracy, size, name, got "speed"/,
    );
  });

  test("is one array for programs", async () => {
    const { stdout } = await run("models", "list", "--json");
    const listed: { name: string; place: unknown }[] = JSON.parse(stdout);
    expect(listed.map(({ name }) => name)).toEqual(names);
    expect(listed.map(({ place }) => place).filter((place) => place !== null)).toEqual([
      { from: "models folder", path: join(modelsDir, "mnist-12.onnx") },
    ]);
  });
});

describe("models info", () => {
  test("tells everything known of a name, and what to put where", async () => {
    const { exitCode, stdout } = await run("models", "info", "mobilenetv2-12");
    const { sha256 } = pretrained["mobilenetv2-12"];
    const address = "validated/vision/classification/mobilenet/model/mobilenetv2-12.onnx";
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "mobilenetv2-12: MobileNetV2 1.0",
      "published  Sandler et al. 2018, arXiv:1801.04381",
      "licence    Apache-2.0",
      "weights    about 3.5 M, operator set 12",
      "input      3x224x224, RGB, axes CHW, any number at a time",
      "pixels     (x - mean) / std of x from 0 to 1; mean 0.485, 0.456, 0.406; std 0.229, 0.224, 0.225",
      "images     shorter side to 256 (bilinear), then the central 224x224",
      "output     logits of 1000 classes (imagenet-1k)",
      "accuracy   69.48 % top-1, as the model zoo reports it",
      `download   14.0 MB, SHA-256 ${sha256}`,
      `           https://huggingface.co/onnxmodelzoo/legacy_models/resolve/main/${address}`,
      `           https://github.com/onnx/models/raw/main/${address}`,
      `where      not on this machine. Put mobilenetv2-12.onnx (13,964,571 bytes, SHA-256 ${sha256}) ` +
        `at ${join(folder, "cache", "models", "mobilenetv2-12.onnx")} or into a folder that GRAFT_MODELS_DIR names.`,
      "",
    ]);
  });

  test("tells what a file of the user's own holds", async () => {
    const path = writeModel();
    const { exitCode, stdout } = await run("models", "info", path);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")).toEqual([
      `file       ${path}`,
      expect.stringMatching(/^written by graft, operator set \d+$/),
      "inputs     x float32 [2, 3]",
      "outputs    y float32 [2, 3]",
      "constants  1 number",
      "operators  Relu 2, Add 1",
      `refused    ${path}: expected an image of four axes as input, got float32 [2, 3] for "x".`,
      "",
    ]);
    const { stdout: json } = await run("models", "info", path, "--json");
    expect(JSON.parse(json)).toMatchObject({ file: { path, operators: { Relu: 2, Add: 1 }, constants: 1 } });
  });
});

describe("models info of weights", () => {
  const write = (name: string, tensors: Record<string, Tensor>): string => {
    const path = join(folder, name);
    writeFileSync(path, encodeSafetensors({ tensors, metadata: {} }));
    return path;
  };

  test("names the architecture that they belong to, and the command that uses them", async () => {
    const network = architectures["resnet-20"]({ inputShape: [3, 32, 32], numClasses: 10 });
    const path = write("w.safetensors", initializeParameters(network, 1));
    const { exitCode, stdout } = await run("models", "info", path);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")).toEqual([
      `file       ${path}`,
      "weights    271,098 numbers in 97 tensors",
      "fits       resnet-20 of 10 classes, images 3x32x32",
      `           graft run --source ${path} --architecture resnet-20`,
      "",
    ]);
    const { stdout: json } = await run("models", "info", path, "--json");
    const fits = [{ architecture: "resnet-20", classes: 10, imageShape: [3, 32, 32] }];
    expect(JSON.parse(json)).toEqual({ file: { path, tensors: 97, numbers: 271_098, fits } });
  });

  test("says what to do with those of another network", async () => {
    const path = write("other.safetensors", { "encoder.weight": scalar(1) });
    const { stdout } = await run("models", "info", path);
    expect(stdout.split("\n")[2]).toBe(
      "refused    they belong to none of classic-cnn, resnet-20, resnet-32, resnet-56, mobilenet-v2, mobilenet-v2-x0.5, mlp. " +
        "Export the network to ONNX.",
    );
  });

  test("refuses a damaged file", async () => {
    const path = join(folder, "cut.safetensors");
    writeFileSync(path, "no tensors");
    const { exitCode, stderr } = await run("models", "info", path);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${path}: expected a safetensors file, but its header length is wrong at byte 0.`);
  });
});

describe("models info of an image classifier", () => {
  test("lists the layers", async () => {
    const network = mlp({ inputShape: [3, 4, 4], numClasses: 10 });
    const parameters = initializeParameters(network, 1);
    const path = join(folder, "mlp.onnx");
    const normalization = { mean: [0, 0, 0], std: [1, 1, 1] };
    writeFileSync(path, exportModel({ network, parameters, input: { kind: "images", normalization } }));
    const { exitCode, stdout } = await run("models", "info", path);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n").slice(6)).toEqual([
      "trainable  every layer",
      "pixels     from 0 to 255, as its input takes bytes: nothing to pass",
      "sizes      nothing says how photographs got them: bilinear, the middle cut out whole; else pass --interpolation, --crop-share",
      "colours    taken for red, green, blue; pass --channels bgr for a network that was trained on blue, green, red",
      "head       dense3, then softmax",
      "layers     normalize  [3, 4, 4]  0 parameters        mul → add",
      "           flatten    [48]       0 parameters        flatten",
      "           dense1     [512]      25,088 parameters   dense 512 → relu",
      "           dense2     [512]      262,656 parameters  dense 512 → relu",
      "           dense3     [10]       5,130 parameters    dense 10",
      "",
    ]);
  });

  test("of a size left open says how to say it, and takes it", async () => {
    const path = join(folder, "open.onnx");
    writeFileSync(path, written(model({ inputs: [declared("images", ["N", 3, "H", "W"])] })));
    expect((await run("models", "info", path)).stdout).toContain(
      "since the file leaves it open, got none. Pass --image-size.",
    );
    const { stdout } = await run("models", "info", path, "--image-size", "8x16");
    expect(stdout).toMatch(/layers {5}conv +\[2, 8, 16\]/);
  });

  test("says which operator leaves the head alone to be trained", async () => {
    const path = fileURLToPath(new URL("../golden/opaque/branches.onnx", import.meta.url));
    const { exitCode, stdout } = await run("models", "info", path);
    expect(exitCode).toBe(0);
    const untrainable =
      `${path}: its layers run as they are and cannot be trained, since Graft cannot follow them: ` +
      'If node "if_chosen": expected an operator that Graft knows, got "If".';
    expect(stdout.split("\n")).toEqual([
      `file       ${path}`,
      "written by make_opaque.py, operator set 11",
      "inputs     image float32 [1, 1, 8, 8]",
      "outputs    logits float32 [1, 5]",
      "constants  225 numbers",
      "operators  Conv 1, Gemm 1, Greater 1, If 1, Loop 1, ReduceMean 1, Reshape 1",
      `trainable  ${untrainable}`,
      expect.stringMatching(/^pixels {5}the file does not say what to do to them: pass --normalization imagenet/),
      "sizes      nothing says how photographs got them: bilinear, the middle cut out whole; else pass --interpolation, --crop-share",
      "colours    one channel",
      "head       classifier, whose scores the file gives as they are",
      "layers     backbone    [36]  0 parameters    the file's own operators: Conv 1, Greater 1, If 1, Loop 1, " +
        "ReduceMean 1, Reshape 1",
      "           classifier  [5]   185 parameters  dense 5",
      "",
    ]);
    const { stdout: json } = await run("models", "info", path, "--json");
    expect(JSON.parse(json)).toMatchObject({
      file: {
        path,
        untrainable,
        operators: { If: 1 },
        layers: [{ name: "backbone", shape: [36] }, { parameters: 185 }],
      },
    });
  });
});

describe("a mistake is one sentence", () => {
  test("an unknown name gets the nearest", async () => {
    expect(await run("models", "fetch", "resnet18-v1")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        `graft: pretrained network: expected one of ${names.join(", ")}, got "resnet18-v1". ` +
        'Did you mean "resnet18-v1-7"?\n',
    });
  });

  test.each(["info", "fetch"])("%s refuses another file under a name of the table", async (command) => {
    const { sha256 } = pretrained["mnist-12"];
    const got = createHash("sha256").update(wrong).digest("hex");
    expect(await run("models", command, "mnist-12")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        `graft: ${join(modelsDir, "mnist-12.onnx")}: expected mnist-12 with 26,143 bytes and SHA-256 ${sha256}, ` +
        `got 8 bytes and ${got}. Put the right file there, or give another file by its path.\n`,
    });
  });

  test("a file that is not there says so", async () => {
    expect(await run("models", "info", "mnist-12.onnx")).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "graft: mnist-12.onnx: expected a model file, got nothing there. Correct the path. " +
        'The pretrained network of that kind is called "mnist-12".\n',
    });
  });
});
