/** @file `graft predict`: its answers are those that the study measured; its files; and which model it takes. */

import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { readModelHeader } from "../../src/engine/onnx/index.ts";
import { createModelSession } from "../../src/engine/runtime/index.ts";
import type { StudySummary } from "../../src/study/index.ts";
import { CLASSIC_RUNS } from "../study/study-folder.ts";
import { type Ended, graft } from "./graft.ts";
import { IMAGES_PER_CLASS, SCRATCH, modelOf, predictionFolder } from "./prediction-folder.ts";

/** Studies, and a child process for every command, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

interface PredictionLine {
  type: string;
  file: string;
  class: string;
  probability: number;
  answers: { class: string; probability: number }[];
}

const { folder, remove, predict, runStudy, prepare } = predictionFolder();
afterAll(remove);
let studies: Record<"classic" | "validated", StudySummary>;
const linesOf = ({ stdout }: Ended): PredictionLine[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line): PredictionLine => JSON.parse(line));

beforeAll(async () => {
  const classic = await prepare();
  await runStudy("alone", { strategies: ["scratch"], training: { epochs: 1 } });
  studies = { classic, validated: await runStudy("validated", { validation: 0.25, training: { epochs: 3 } }) };
}, PATIENCE_MS);

describe("predictions", { timeout: PATIENCE_MS }, () => {
  test.each(CLASSIC_RUNS)("of %s are those that its study measured on the test images", async (id) => {
    const record = studies.classic.runs.find((run) => run.id === id);
    if (record?.evaluation === undefined) throw new Error("internal: a run without evaluation");
    const { classNames } = studies.classic[record.task] ?? studies.classic.target;
    const folders = classNames.map((name) => join("images", name));
    const ended = await predict(modelOf(id), ...folders, "--json", "--top", String(classNames.length));
    expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode: 0, stderr: "" });
    const all = linesOf(ended);
    const [scores] = all.filter(({ type }) => type === "scores");
    const lines = all.filter(({ type }) => type === "prediction");
    expect(lines).toHaveLength(IMAGES_PER_CLASS * classNames.length);
    const confusion = classNames.map(() => classNames.map(() => 0));
    let logLoss = 0;
    for (const { file, class: answer, answers } of lines) {
      const trueClass = file.split(/[\\/]/)[1];
      confusion[classNames.indexOf(trueClass)][classNames.indexOf(answer)]++;
      const own = answers.find((one) => one.class === trueClass);
      logLoss -= Math.log(own?.probability ?? 0) / lines.length;
    }
    expect(confusion).toEqual(record.evaluation.confusion);
    const { perClass } = record.evaluation;
    const macroF1 = perClass.reduce((sum, { f1 }) => sum + f1, 0) / perClass.length;
    expect(scores).toMatchObject({
      images: lines.length,
      unlabelled: 0,
      confusion,
      macroF1: expect.closeTo(macroF1, 12),
    });
    expect(logLoss).toBeCloseTo(record.evaluation.logLoss, 5);
    // neither all right nor all the same, so that a wrong order of classes or images would show
    expect(confusion.flat().filter((images) => images > 0).length).toBeGreaterThan(classNames.length);
  });

  test("of models with the resizing inside are the same, for photographs of any size", async () => {
    const made = await graft(["report", "classic", "--export-resize"], { cwd: folder });
    expect(made).toMatchObject({ exitCode: 0, stderr: "" });
    const path = modelOf(SCRATCH).replace("model.onnx", "model-any-size.onnx");
    expect(made.stdout).toContain(
      `4 models take photographs of any size, as pixels [N, height, width, 3]: ${join("classic", "runs", "*", "model-any-size.onnx")}`,
    );
    const { classNames } = studies.classic.target;
    for (const [width, height] of [
      [20, 20],
      [31, 17],
      [9, 30],
    ]) {
      await sharp(join(folder, "images/disc/000.png"))
        .resize(width, height, { fit: "fill" })
        .toFile(join(folder, "photo.png"));
      const [{ answers }] = linesOf(
        await predict(modelOf(SCRATCH), "photo.png", "--json", "--top", String(classNames.length)),
      );
      const data = new Uint8Array(await sharp(join(folder, "photo.png")).raw().toBuffer());
      const session = await createModelSession(readFileSync(join(folder, path)), { threads: 1 });
      const { probabilities } = await session.run({ pixels: { dtype: "uint8", shape: [1, height, width, 3], data } });
      await session.close();
      for (const { class: name, probability } of answers)
        expect(probabilities.data[classNames.indexOf(name)]).toBeCloseTo(probability, 5);
    }
  });

  test("come in the order of the arguments, aligned, one line an answer", async () => {
    const { classNames } = studies.classic.target;
    const [second, first] = ["images/heart", "images/disc/000.png"];
    const ended = await predict(modelOf(SCRATCH), second, first, "--top", "2");
    expect(ended.exitCode).toBe(0);
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
      expect(line).toMatch(/^.{27} {6,8}\d+\.\d %$/);
      expect(line).toHaveLength(header.length);
    }
  });

  test("of images in folders named like classes are scored, class by class", async () => {
    const { classNames } = studies.classic.target;
    const ended = await predict(modelOf(SCRATCH), "images");
    const [, right, images] = /^(\d+) of (\d+) images are of the class that their folder/m.exec(ended.stderr) ?? [];
    const record = studies.classic.runs.find(({ id }) => id === SCRATCH)?.evaluation;
    const counted = record?.confusion.reduce((sum, row, label) => sum + row[label], 0);
    expect([Number(right), Number(images)]).toEqual([counted, IMAGES_PER_CLASS * classNames.length]);
    // images of the other classes lie in no folder that the model knows
    expect(ended.stderr).toMatch(/\n\d+ images in no folder of a class's name not counted\./);
    const [disc] = record?.confusion ?? [];
    expect(ended.stderr).toMatch(RegExp(`\ndisc +10 .* ${disc.join(" +")}\n`));
  });

  test("overwrite nothing that Graft did not write", async () => {
    const args = [modelOf(SCRATCH), "images/disc/000.png"];
    for (const [option, name] of [
      ["--csv", "mine.csv"],
      ["--html", "mine.html"],
    ]) {
      writeFileSync(join(folder, name), "mine");
      const refused = await predict(...args, option, name);
      expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
      expect(refused.stderr).toContain(`got "${name}", which it did not write. Choose another name`);
      expect(readFileSync(join(folder, name), "utf8")).toBe("mine");
      const fresh = name.replace("mine", "fresh");
      expect((await predict(...args, option, fresh)).exitCode).toBe(0);
      expect((await predict(...args, option, fresh)).exitCode).toBe(0);
    }
  });

  test("go into a table and a page too", async () => {
    const args = ["images/disc", "--csv", "out/table.csv", "--html", "out/page.html"];
    const ended = await predict(modelOf(SCRATCH), ...args);
    expect(ended.exitCode).toBe(0);
    expect(ended.stderr).toMatch(/The table is in out\/table.csv.\nThe page is in out\/page.html.\n$/);
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
        "it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM image.\n",
    );
    const [a, b, c] = linesOf(ended);
    expect([a.type, b, c.type]).toEqual([
      "prediction",
      {
        type: "unreadable",
        file: "mixed/b.png",
        reason: "it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP or PNM image",
      },
      "prediction",
    ]);
    expect(c).toEqual({ ...a, file: "mixed/c.png" });
  });
});

describe("the model", { timeout: PATIENCE_MS }, () => {
  test("says how images become its input", () => {
    const { metadata } = readModelHeader(readFileSync(join(folder, modelOf(SCRATCH))));
    expect(metadata).toEqual({
      seal: expect.stringMatching(/^graft-sha256:[0-9a-f]{64}$/),
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
      stderr: expect.stringMatching(RegExp(`^Predicting with ${SCRATCH}, the only finished run of scratch.\n`)),
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
      stderr: expect.stringMatching(
        RegExp(
          `^Predicting with ${best.id}, with the highest validation accuracy, ${(100 * best.accuracy).toFixed(1)} %.\n`,
        ),
      ),
    });
    expect((await predict(modelOf(best.id, "validated"), "images/heart")).stdout).toBe(chosen.stdout);
  });

  test("without metadata is used when options say what it lacks", async () => {
    const classes = studies.classic.target.classNames.join(",");
    const bare = await predict("bare.onnx", "images/heart", "--classes", classes, "--fit", "cover");
    expect(bare).toEqual(await predict(modelOf(SCRATCH), "images/heart"));
  });
});
