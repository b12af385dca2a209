/** @file Photographs of 12 bits, from the command line: looked over, trained on, and predicted with the same scale. */

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tiffOf } from "../support/tiff-files.ts";
import type { StudySummary } from "../../src/study/index.ts";
import { graft, temporaryFolder } from "./graft.ts";

const PATIENCE_MS = 120_000;
const SIDE = 16;
const CLASSES = ["a", "b", "c", "d"];

const { folder, remove } = temporaryFolder();
afterAll(remove);

/** Images of which one quarter is brighter, by class; only one of the test images uses all 12 bits. */
async function writePhotos(root: string): Promise<void> {
  for (const [part, count] of [
    ["train", 12],
    ["test", 6],
  ] as const) {
    for (const [label, name] of CLASSES.entries()) {
      mkdirSync(join(root, part, name), { recursive: true });
      for (let image = 0; image < count; image++) {
        const pixels = Uint16Array.from({ length: SIDE * SIDE }, (_, at) => {
          const quarter = 2 * Math.floor((2 * at) / SIDE / SIDE) + Math.floor((2 * (at % SIDE)) / SIDE);
          return quarter === label ? 700 + 20 * image : 300 + ((at * 37 + image) % 300);
        });
        if (part === "test" && image === 0 && label === 0) pixels[0] = 4095;
        const png = sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } }).toColourspace("grey16");
        writeFileSync(join(root, part, name, `${image}.png`), await png.png().toBuffer());
      }
    }
  }
}

const decided = "72 images with pixels of uint16 from 300 to 4095: 0 is taken for black, 4095 for white";

beforeAll(() => writePhotos(join(folder, "photos")));

describe("images of 12 bits", { timeout: PATIENCE_MS }, () => {
  test("are looked over, and what was decided is said", async () => {
    const { exitCode, stdout } = await graft(["data", "check", "photos"], { cwd: folder });
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`\n  ${decided}\n`);
  });

  test("are trained on, and each image alone is predicted as it was measured among all", async () => {
    const args =
      "run --data photos --target a,b --source c,d --strategies scratch --epochs 3 --image-size 16 --no-augment";
    const ran = await graft([...args.split(" "), "--seeds", "1", "--no-report", "--out", "study"], { cwd: folder });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout + ran.stderr).toContain(`photos: ${decided}.`);
    const { runs }: StudySummary = JSON.parse(readFileSync(join(folder, "study", "summary.json"), "utf8"));
    const run = runs.find(({ task }) => task === "target");
    const model = join("study", "runs", run?.id ?? "", "model.onnx");
    let logLoss = 0;
    const dark = readdirSync(join(folder, "photos/test/b")).map((name) => `photos/test/b/${name}`);
    const files = [...readdirSync(join(folder, "photos/test/a")).map((name) => `photos/test/a/${name}`), ...dark];
    const ended = await graft(["predict", model, ...files, "--json"], { cwd: folder });
    const lines = ended.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(12);
    for (const { file, answers } of lines) {
      const own = answers.find((one: { class: string }) => one.class === file.split("/")[2]);
      logLoss -= Math.log(own.probability) / lines.length;
    }
    expect(logLoss).toBeCloseTo(run?.evaluation?.logLoss ?? 0, 5);
    const alone = await graft(["predict", model, dark[0], "--json"], { cwd: folder });
    expect(JSON.parse(alone.stdout).probability).toBe(lines.find(({ file }) => file === dark[0]).probability);
  });

  test("tell nothing of other types, which are not guessed", async () => {
    writeFileSync(join(folder, "float.tif"), tiffOf(new Float32Array(256).fill(0.5), [1, SIDE, SIDE]));
    const [run] = readdirSync(join(folder, "study", "runs"));
    const ended = await graft(["predict", join("study", "runs", run, "model.onnx"), "float.tif"], { cwd: folder });
    expect(ended.stderr).toContain(
      "float.tif: expected an image that can be read, got one that cannot: its pixels are float32, " +
        "of which nothing says what is black and what is white: save it with 8 bits.",
    );
    expect(ended.exitCode).not.toBe(0);
  });
});
