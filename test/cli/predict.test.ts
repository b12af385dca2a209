/** @file `graft predict`: its answers are those that the study measured; its files; and what a user can get wrong. */

import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { sizeOf } from "../../src/core/index.ts";
import { type ImageDataset, readImage } from "../../src/data/index.ts";
import { decodeModel, encodeModel, readModelHeader } from "../../src/engine/onnx/index.ts";
import type { StudySummary } from "../../src/study/index.ts";
import { modelWith } from "../support/model-bytes.ts";
import { smallDataset } from "../study/small-dataset.ts";
import { CLASSIC_RUNS, run as runStudy, smallStudy } from "../study/study-folder.ts";
import { type Ended, graft, temporaryFolder } from "./graft.ts";

/** Studies, and a child process for every command, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

interface PredictionLine {
  type: string;
  file: string;
  class: string;
  probability: number;
  answers: { class: string; probability: number }[];
}

const { folder, remove } = temporaryFolder();
afterAll(remove);
const dataset: ImageDataset = smallDataset({ testImagesPerClass: 10 });
const studies: Record<"classic" | "validated" | "alone", StudySummary> = Object.create(null);
const [, SCRATCH] = CLASSIC_RUNS;
const modelOf = (id: string, study = "classic"): string => join(study, "runs", id, "model.onnx");
const predict = (...args: string[]): Promise<Ended> => graft(["predict", ...args], { cwd: folder });
const linesOf = ({ stdout }: Ended): PredictionLine[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line): PredictionLine => JSON.parse(line));

/** Every test image as a PNG, which loses nothing: `images/<class>/<number>.png`. */
async function writeTestImages(): Promise<void> {
  const { test: part, imageShape, classNames } = dataset;
  const [channels, height, width] = imageShape;
  for (const [index, label] of part.labels.entries()) {
    const planes = new Uint8Array(sizeOf(imageShape));
    readImage(part.pixels, index, planes);
    const area = height * width;
    const pixels = planes.map((_, at) => planes[(at % channels) * area + Math.floor(at / channels)]);
    mkdirSync(join(folder, "images", classNames[label]), { recursive: true });
    // oxlint-disable-next-line no-await-in-loop -- small
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, "images", classNames[label], `${String(index).padStart(3, "0")}.png`));
  }
}

beforeAll(async () => {
  await writeTestImages();
  const options = (name: string) => ({ dataset, directory: join(folder, name) });
  studies.classic = (await runStudy(smallStudy({ training: { epochs: 4 } }), options("classic"))).summary;
  const validated = smallStudy({ validation: 0.25, training: { epochs: 3 } });
  studies.validated = (await runStudy(validated, options("validated"))).summary;
  const alone = smallStudy({ strategies: ["scratch"], training: { epochs: 1 } });
  studies.alone = (await runStudy(alone, options("alone"))).summary;
  const { graph } = decodeModel(readFileSync(join(folder, modelOf(SCRATCH))), { dims: { N: 1 } });
  writeFileSync(join(folder, "bare.onnx"), encodeModel(graph, { batchAxisName: "N" }));
}, PATIENCE_MS);

describe("predictions", { timeout: PATIENCE_MS }, () => {
  test.each(CLASSIC_RUNS)("of %s are those that its study measured on the test images", async (id) => {
    const record = studies.classic.runs.find((run) => run.id === id);
    if (record?.evaluation === undefined) throw new Error("internal: a run without evaluation");
    const { classNames } = studies.classic[record.task];
    const folders = classNames.map((name) => join("images", name));
    const ended = await predict(modelOf(id), ...folders, "--json", "--top", String(classNames.length));
    expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode: 0, stderr: "" });
    const lines = linesOf(ended);
    expect(lines).toHaveLength(10 * classNames.length);
    const confusion = classNames.map(() => classNames.map(() => 0));
    let logLoss = 0;
    for (const { file, class: answer, answers } of lines) {
      const trueClass = file.split(/[\\/]/)[1];
      confusion[classNames.indexOf(trueClass)][classNames.indexOf(answer)]++;
      const own = answers.find((one) => one.class === trueClass);
      logLoss -= Math.log(own?.probability ?? 0) / lines.length;
    }
    expect(confusion).toEqual(record.evaluation.confusion);
    expect(logLoss).toBeCloseTo(record.evaluation.logLoss, 5);
    // neither all right nor all the same, so that a wrong order of classes or images would show
    expect(confusion.flat().filter((images) => images > 0).length).toBeGreaterThan(classNames.length);
  });

  test("come in the order of the arguments, aligned, one line an answer", async () => {
    const { classNames } = studies.classic.target;
    const [second, first] = ["images/heart", "images/disc/000.png"];
    const ended = await predict(modelOf(SCRATCH), second, first, "--top", "2");
    expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode: 0, stderr: "" });
    const [header, ...lines] = ended.stdout.trimEnd().split("\n");
    expect(header).toBe("file                  class  probability");
    expect(lines).toHaveLength(22);
    const files = lines.filter((_, index) => index % 2 === 0).map((line) => line.split(" ")[0]);
    expect(files.slice(0, -1)).toEqual(files.slice(0, -1).toSorted());
    expect(files[0]).toBe("images/heart/007.png");
    expect(files.at(-1)).toBe("images/disc/000.png");
    for (const [index, line] of lines.entries()) {
      expect(line.slice(0, 21).trim()).toBe(index % 2 === 0 ? files[index / 2] : "");
      expect(classNames).toContain(line.slice(22, 27).trim());
      expect(line.slice(27)).toMatch(/^ {3,5}\d+\.\d %$/);
    }
  });

  test("go into a table and a page too", async () => {
    const args = ["images/disc", "--csv", "out/table.csv", "--html", "out/page.html"];
    const ended = await predict(modelOf(SCRATCH), ...args);
    expect(ended).toMatchObject({
      exitCode: 0,
      stderr: `The table is in out/table.csv.\nThe page is in out/page.html.\n`,
    });
    const [header, ...rows] = readFileSync(join(folder, "out", "table.csv"), "utf8")
      .trimEnd()
      .split("\r\n");
    expect(header).toBe("file,class,probability,rank");
    expect(rows).toHaveLength(10);
    const printed = ended.stdout.trimEnd().split("\n").slice(1);
    for (const [index, row] of rows.entries()) {
      const [file, className, probability, rank] = row.split(",");
      expect(printed[index].split(/ {2,}/)).toEqual([file, className, `${(100 * Number(probability)).toFixed(1)} %`]);
      expect(rank).toBe("1");
    }
    const page = readFileSync(join(folder, "out", "page.html"), "utf8");
    expect(page).toContain(`<h1>Predictions of ${SCRATCH}</h1>`);
    const thumbnails = [...page.matchAll(/src="data:image\/jpeg;base64,([^"]+)"/g)];
    expect(thumbnails).toHaveLength(10);
    expect(await sharp(Buffer.from(thumbnails[0][1], "base64")).metadata()).toMatchObject({ width: 8, height: 8 });
  });

  test.skipIf(process.platform !== "linux")("open their page with the desktop's program, or say why not", async () => {
    const tools = join(folder, "tools");
    mkdirSync(tools);
    const opener = join(tools, "xdg-open");
    const open = (script: string): Promise<Ended> => {
      writeFileSync(opener, `#!/bin/sh\n${script}\n`);
      chmodSync(opener, 0o755);
      const env = { PATH: `${tools}${delimiter}${process.env["PATH"] ?? ""}` };
      return graft(["predict", modelOf(SCRATCH), "images/disc/000.png", "--open"], { cwd: folder, env });
    };
    const opened = await open(`printf %s "$1" > "${join(folder, "opened")}"`);
    const path = readFileSync(join(folder, "opened"), "utf8");
    onTestFinished(() => rmSync(join(path, ".."), { recursive: true }));
    expect(opened).toMatchObject({ exitCode: 0, stderr: `The page is in ${path}.\n` });
    expect(readFileSync(path, "utf8")).toContain("<p>1 image: ");
    const failed = await open("exit 3");
    const [, other = ""] = /^The page is in (.*)\.$/m.exec(failed.stderr) ?? [];
    onTestFinished(() => rmSync(join(other, ".."), { recursive: true }));
    expect(failed).toMatchObject({
      exitCode: 0,
      stderr:
        `The page is in ${other}.\n` +
        "graft: the page cannot be opened: xdg-open ended with 3. Open it in a browser by hand.\n",
    });
  });

  test("go on past what cannot be read, which is said, and end with exit code 1", async () => {
    mkdirSync(join(folder, "mixed"), { recursive: true });
    for (const name of ["a.png", "c.png"]) {
      writeFileSync(join(folder, "mixed", name), readFileSync(join(folder, "images", "disc", "000.png")));
    }
    writeFileSync(join(folder, "mixed", "b.png"), "no image");
    const ended = await predict(modelOf(SCRATCH), "nowhere.png", "mixed", "--json");
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toBe(
      "graft: nowhere.png: expected an image or a folder of images, got nothing there. Correct the path.\n" +
        "graft: mixed/b.png: expected an image that can be read, got one that cannot: " +
        "it is no JPEG, PNG, WebP, GIF, TIFF or AVIF image.\n",
    );
    const [a, b, c] = linesOf(ended);
    expect([a.type, b, c.type]).toEqual([
      "prediction",
      { type: "unreadable", file: "mixed/b.png", reason: "it is no JPEG, PNG, WebP, GIF, TIFF or AVIF image" },
      "prediction",
    ]);
    expect(c).toEqual({ ...a, file: "mixed/c.png" });
  });
});

describe("the model", { timeout: PATIENCE_MS }, () => {
  test("says how images become its input", () => {
    const { metadata } = readModelHeader(readFileSync(join(folder, modelOf(SCRATCH))));
    expect(metadata).toEqual({
      run: SCRATCH,
      network: expect.any(String),
      classes: JSON.stringify(studies.classic.target.classNames),
      imageShape: "[3,8,8]",
      fit: "cover",
    });
  });

  test("may be given by the folder of its run, or by the study and the run's id", async () => {
    const byFile = await predict(modelOf(SCRATCH), "images/heart");
    expect(byFile.exitCode).toBe(0);
    expect(await predict(join("classic", "runs", SCRATCH), "images/heart")).toEqual(byFile);
    expect(await predict("classic", "--run", SCRATCH, "images/heart")).toEqual(byFile);
  });

  test("of a study is that of its only run, or that with the highest validation accuracy on the target", async () => {
    const alone = await predict("alone", "images/heart/007.png");
    expect(alone).toMatchObject({
      exitCode: 0,
      stderr: `Predicting with ${SCRATCH}, the only finished run on the target task.\n`,
    });
    const reached = studies.validated.runs
      .filter(({ task }) => task === "target")
      .map((run) => ({ id: run.id, ...run.epochs[run.epochs.length - 1] }))
      .map((last) => ({ id: last.id, accuracy: last.validationAccuracy ?? 0, loss: last.validationLoss ?? 0 }))
      .sort((a, b) => b.accuracy - a.accuracy || a.loss - b.loss);
    expect(reached).toHaveLength(3);
    const [best] = reached;
    const chosen = await predict("validated", "images/heart");
    expect(chosen).toMatchObject({
      exitCode: 0,
      stderr: `Predicting with ${best.id}, with the highest validation accuracy, ${(100 * best.accuracy).toFixed(1)} %.\n`,
    });
    expect((await predict(modelOf(best.id, "validated"), "images/heart")).stdout).toBe(chosen.stdout);
  });

  test("without metadata is used when options say what it lacks", async () => {
    const classes = studies.classic.target.classNames.join(",");
    const bare = await predict("bare.onnx", "images/heart", "--classes", classes, "--fit", "cover");
    expect(bare).toEqual(await predict(modelOf(SCRATCH), "images/heart"));
  });
});

describe("bad input is one sentence, and nothing is written", { timeout: PATIENCE_MS }, () => {
  const file = modelOf(SCRATCH);
  const image = "images/heart/007.png";
  const nearly = { classes: "disc,heart", fit: "cover" };

  beforeAll(() => {
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
      ["classic", image],
      "classic: expected one run to predict with, got 3 and no validation images to choose by: " +
        `${CLASSIC_RUNS.slice(1).join(", ")}. Choose one with --run.`,
    ],
    [["classic", image, "--run", "M2"], `--run: expected one of ${CLASSIC_RUNS.join(", ")}, got "M2".`],
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
      "text.onnx: expected an image that can be read, got one that cannot: it is no JPEG, PNG, WebP, GIF, TIFF or AVIF image.",
    ],
  ])("%j", async (args, message) => {
    // the table would be the sign that it went on
    const writes = args.includes("--csv") ? [] : ["--csv", "unwanted.csv"];
    const ended = await predict(...args, ...writes);
    expect(ended).toEqual({ exitCode: 2, stdout: "", stderr: `graft: ${message}\n` });
    expect(existsSync(join(folder, "unwanted.csv"))).toBe(false);
  });
});
