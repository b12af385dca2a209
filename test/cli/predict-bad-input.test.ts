/** @file What a user of `graft predict` can get wrong. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeModel, encodeModel } from "../../src/engine/onnx/index.ts";
import { CLASSIC_RUNS } from "../study/study-folder.ts";
import { modelWith } from "../support/model-bytes.ts";
import { SCRATCH, modelOf, predictionFolder } from "./prediction-folder.ts";

/** A child process for every command, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

const { folder, remove, predict, prepare } = predictionFolder();
afterAll(remove);

describe("bad input is one sentence, and nothing is written", { timeout: PATIENCE_MS }, () => {
  const file = modelOf(SCRATCH);
  const image = "images/heart/007.png";
  const nearly = { classes: "disc,heart", fit: "cover" };

  beforeAll(async () => {
    await prepare();
    mkdirSync(join(folder, "empty"));
    writeFileSync(join(folder, "text.onnx"), "no model");
    writeFileSync(join(folder, "other.onnx"), modelWith({ dtype: "float32", shape: [2], data: Float32Array.of(1, 2) }));
    const { graph } = decodeModel(readFileSync(join(folder, "bare.onnx")), { dims: { N: 1 } });
    const write = (name: string, metadata: Record<string, string>): void =>
      writeFileSync(join(folder, name), encodeModel(graph, { metadata, batchAxisName: "N" }));
    write("garbled.onnx", { classes: "disc" });
    write("misfit.onnx", { classes: '["a","b","c"]', fit: "cover" });
    write("misshapen.onnx", { imageShape: "[3,9,8]" });
    writeFileSync(join(folder, "fixed.onnx"), encodeModel(graph));
  });

  const shape = "from images uint8 [N, channels, height, width] to probabilities float32 [N, classes]";
  test.each([
    [
      ["nothing", image],
      'model: expected a model.onnx, or the folder of a run or a study, got "nothing", which is not there. Correct the path.',
    ],
    [
      ["empty", image],
      "empty: expected a model.onnx, or the folder of a finished run or of a study, got a folder without. " +
        "Resume the study if its run is unfinished, or give another folder.",
    ],
    [
      ["classic", image, "--run", "M2"],
      `--run: expected one of ${CLASSIC_RUNS.join(", ")}, source, scratch, last-layer, last-two-layers, got "M2".`,
    ],
    [
      [file, image, "--run", SCRATCH],
      `--run: expected it with the folder of a study, got "${file}", which is none. Leave it out, or give the study.`,
    ],
    [["text.onnx", image], "text.onnx: expected an ONNX model, got bytes that cannot be parsed as one."],
    [
      ["other.onnx", image],
      `other.onnx: expected a model that Graft exported, ${shape}, got one from nothing to y float32 [2]. ` +
        "Give the model.onnx of a run.",
    ],
    [
      ["fixed.onnx", image],
      `fixed.onnx: expected a model that Graft exported, ${shape}, ` +
        "got one from images uint8 [1, 3, 8, 8] to probabilities float32 [1, 2]. Give the model.onnx of a run.",
    ],
    [
      ["bare.onnx", image, "--fit", "cover"],
      'bare.onnx: expected the names of the classes in the model\'s metadata "classes", got none. ' +
        "Name all 2, in the order of the outputs, with --classes a,b,….",
    ],
    [
      ["bare.onnx", image, "--classes", nearly.classes],
      'bare.onnx: expected the way that images get its size in the model\'s metadata "fit", got none. ' +
        "Say it with --fit: cover, contain, fill.",
    ],
    [
      ["bare.onnx", image, "--classes", "disc"],
      "--classes: expected 2 names, one for each output of bare.onnx, got 1. Name all of them.",
    ],
    [
      ["bare.onnx", image, "--classes", nearly.classes, "--fit", "squeeze"],
      '--fit: expected one of cover, contain, fill, got "squeeze".',
    ],
    [
      [file, image, "--classes", nearly.classes],
      `--classes: expected it for a model that does not say this, got it for ${file}, ` +
        "which names them itself: disc, heart. Leave it out.",
    ],
    [
      [file, image, "--fit", "fill"],
      `--fit: expected it for a model that does not say this, got it for ${file}, which says it itself: cover. Leave it out.`,
    ],
    [
      ["garbled.onnx", image],
      'garbled.onnx: expected the model\'s metadata "classes" to be a JSON list of names, got "disc". ' +
        "Take the file that Graft wrote.",
    ],
    [
      ["misfit.onnx", image],
      'misfit.onnx: expected the model\'s metadata "classes" to name its 2 outputs, got 3 names. ' +
        "Take the file that Graft wrote.",
    ],
    [
      ["misshapen.onnx", image],
      'misshapen.onnx: expected the model\'s metadata "imageShape" to be that of its input, [3, 8, 8], got [3, 9, 8]. ' +
        "Take the file that Graft wrote.",
    ],
    [[file, image, "--top", "3"], '--top: expected a whole number from 1 to 2, got "3". Try --top 2.'],
    [[file, image, "--threads", "0"], '--threads: expected a whole number from 1 to 1024, got "0". Try --threads 2.'],
    [[file, image, "--device", "cp"], 'device: expected one of cpu, webgpu, cuda, auto, got "cp". Did you mean "cpu"?'],
    [
      [file, "--csv", image, image],
      `--csv: expected the name of a file that ends in .csv, got "${image}". Try --csv predictions.csv.`,
    ],
    [
      [file, image, "--html", "page"],
      '--html: expected the name of a file that ends in .html or .htm, got "page". Try --html predictions.html.',
    ],
    [[file], "missing required argument 'images'."],
    [
      [file, "nowhere.png"],
      "nowhere.png: expected an image or a folder of images, got nothing there. Correct the path.",
    ],
    [[file, "empty"], "empty: expected images in the folder, got none. Name a folder that holds some."],
    [
      [file, "text.onnx"],
      "text.onnx: expected an image that can be read, got one that cannot: it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM image.",
    ],
  ])("%j", async (args, message) => {
    // the table would be the sign that it went on
    const writes = args.includes("--csv") ? [] : ["--csv", "unwanted.csv"];
    const ended = await predict(...args, ...writes);
    expect(ended).toEqual({ exitCode: 2, stdout: "", stderr: `graft: ${message}\n` });
    expect(existsSync(join(folder, "unwanted.csv"))).toBe(false);
  });
});
