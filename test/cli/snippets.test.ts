/** @file The programs that a report offers run as they stand, and say what `graft predict` says. */

import { spawnSync } from "node:child_process";
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderReport } from "../../src/report/index.ts";
import { predictionFolder } from "./prediction-folder.ts";

/** A study and child processes, on a machine that may be busy. */
const PATIENCE_MS = 240_000;
/** Where another Python has onnxruntime, `GRAFT_TEST_PYTHON` says which. */
const PYTHON = process.env.GRAFT_TEST_PYTHON ?? "/usr/bin/python3";
const hasPython = spawnSync(PYTHON, ["-c", "import numpy, onnxruntime, PIL"]).status === 0;
if (!hasPython) console.info(`skipped: the report's Python, since ${PYTHON} cannot import onnxruntime and PIL`);

const entities: Record<string, string> = { "&quot;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const { folder, remove, predict, prepare } = predictionFolder();
const study = join(folder, "classic");
afterAll(remove);

/** The program of a language, as a reader of the page copies it. */
function programOf(page: string, language: string): string {
  const block = new RegExp(
    `<summary>${language}[^<]*</summary>\\s*<div class="command">\\s*<pre><code>(.*?)</code>`,
    "s",
  );
  const [, code] = block.exec(page) ?? [];
  if (code === undefined) throw new Error(`no ${language} in the page`);
  return code.replace(/&\S+?;/g, (entity) => entities[entity]);
}

describe("a photo in a study's folder", { timeout: PATIENCE_MS }, () => {
  let page: string;
  let expected: Record<string, number>;

  beforeAll(async () => {
    const files = await renderReport(await prepare());
    page = String(files.find(({ path }) => path === "report.html")?.content);
    const hearts = join(folder, "images", "heart");
    // wide and larger than what the model takes, so that it has to be cut and brought down
    const photo = sharp(join(hearts, readdirSync(hearts)[0])).resize(150, 100, { fit: "fill" });
    await photo.jpeg({ quality: 95 }).toFile(join(study, "photo.jpg"));
    const root = fileURLToPath(new URL("../../", import.meta.url));
    symlinkSync(join(root, "node_modules"), join(study, "node_modules"), "junction");
    const model = /runs\/[^"]*\/model\.onnx/.exec(programOf(page, "TypeScript"))?.[0] ?? "";
    const { stdout } = await predict(join("classic", model), join("classic", "photo.jpg"), "--json", "--top", "2");
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const answers = lines.flatMap((line) => (line.answers ?? []) as { class: string; probability: number }[]);
    expected = Object.fromEntries(answers.map((answer) => [answer.class, answer.probability]));
  }, PATIENCE_MS);

  test("is classified by the report's TypeScript as by graft predict", () => {
    writeFileSync(join(study, "classify.ts"), programOf(page, "TypeScript"));
    const { stdout, stderr } = spawnSync(process.execPath, ["classify.ts"], { cwd: study, encoding: "utf8" });
    const found = [...stdout.matchAll(/'(\w+)'\s*│\s*([\d.e-]+)/g)].map(([, name, value]) => [name, Number(value)]);
    expect({ answers: found.length, stderr }).toEqual({ answers: 2, stderr: "" });
    // sharp brings images down a little differently than Pillow, as which Graft does it
    for (const [name, value] of found) expect(Math.abs(Number(value) - expected[name])).toBeLessThan(0.03);
  });

  test.skipIf(!hasPython)("is classified by the report's Python as by graft predict", () => {
    writeFileSync(join(study, "classify.py"), programOf(page, "Python"));
    const { stdout, stderr } = spawnSync(PYTHON, ["classify.py"], { cwd: study, encoding: "utf8" });
    const found = [...stdout.matchAll(/(\w+): ([\d.]+)%/g)].map(([, name, value]) => [name, Number(value) / 100]);
    expect({ answers: found.length, stderr }).toEqual({ answers: 2, stderr: "" });
    // what is printed has three digits, and another JPEG decoder may round in another way
    for (const [name, value] of found) expect(Math.abs(Number(value) - expected[name])).toBeLessThan(0.01);
  });
});
