/** @file `graft predict --explain`: pictures of where a model looked; and the maps that a study keeps. */

import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { heatMapBytes, openHeatMaps } from "../../src/transfer/index.ts";
import { readImage } from "../../src/data/index.ts";
import { unpackPredictions } from "../../src/statistics/index.ts";
import type { StudySummary } from "../../src/study/index.ts";
import { smallDataset } from "../study/small-dataset.ts";
import { SCRATCH, modelOf, predictionFolder, IMAGES_PER_CLASS } from "./prediction-folder.ts";

/** Studies, and a child process for every command, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

const { folder, remove, predict, prepare, runStudy } = predictionFolder();
afterAll(remove);
let study: StudySummary;

beforeAll(async () => {
  study = await prepare();
}, PATIENCE_MS);

interface List {
  what: string;
  model: string;
  method: string;
  images: { file: string; heatMap: string; class: string }[];
}

function listIn(...path: string[]): List {
  return JSON.parse(readFileSync(join(folder, ...path, "heat-maps.json"), "utf8")) as List;
}

describe("pictures", { timeout: PATIENCE_MS }, () => {
  test("lie in a folder beside the page, one for each image, and on the page", async () => {
    const ended = await predict(modelOf(SCRATCH), "images/disc", "--html", "out/page.html", "--explain");
    expect(ended.exitCode).toBe(0);
    expect(ended.stderr).toMatch(/The heat maps are in out\/heat-maps\.\nThe page is in out\/page\.html\.\n$/);
    const { what, model, method, images } = listIn("out", "heat-maps");
    expect({ what, model, method }).toEqual({ what: "Graft heat maps", model: SCRATCH, method: "grad-cam" });
    const printed = ended.stdout.trimEnd().split("\n").slice(1);
    expect(images.map(({ file, class: answer }) => [file, answer])).toEqual(
      printed.map((line) => line.split(/ {2,}/).slice(0, 2)),
    );
    const pictures = images.map(({ heatMap }) => heatMap);
    expect(pictures.toSorted()).toEqual(
      readdirSync(join(folder, "out", "heat-maps")).filter((name) => name.endsWith(".png")),
    );
    expect(pictures).toHaveLength(IMAGES_PER_CLASS);
    const page = readFileSync(join(folder, "out", "page.html"), "utf8");
    expect(page.match(/src="data:image\/jpeg;base64,/g)).toHaveLength(2 * IMAGES_PER_CLASS);
    expect(page.match(/alt="What speaks for (disc|heart), from dark to yellow"/g)).toHaveLength(IMAGES_PER_CLASS);
    expect(page.match(/<div class="grid wide">/g)).toHaveLength(1);
  });

  test("are the image as the model saw it, dark where nothing speaks for the answer", async () => {
    const name = "images/heart/007.png";
    expect((await predict(modelOf(SCRATCH), name, "--explain", "one")).exitCode).toBe(0);
    const [{ heatMap }] = listIn("one").images;
    const picture = await sharp(join(folder, "one", heatMap))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(picture.info).toMatchObject({ width: 320, height: 320, channels: 3 });
    const photo = await sharp(join(folder, name)).resize(320, 320, { fit: "fill" }).raw().toBuffer();
    const brightness = (pixels: Uint8Array): number => pixels.reduce((sum, level) => sum + level, 0) / pixels.length;
    expect(brightness(picture.data)).toBeLessThan(0.95 * brightness(photo));
    // yellow has more red than blue: more than the photo has, somewhere
    const warmth = (pixels: Uint8Array, pixel: number): number => pixels[3 * pixel] - pixels[3 * pixel + 2];
    const warmer = Array.from({ length: 320 * 320 }, (_, pixel) => warmth(picture.data, pixel) - warmth(photo, pixel));
    expect(Math.max(...warmer)).toBeGreaterThan(40);
  });

  test("have names of their own, and are no images of the next call", async () => {
    const twins = join(folder, "twins");
    for (const name of ["a", "b"]) mkdirSync(join(twins, name), { recursive: true });
    for (const [name, from] of [
      ["a/x.png", "disc/000.png"],
      ["b/x.png", "heart/007.png"],
    ])
      writeFileSync(join(twins, name), readFileSync(join(folder, "images", from)));
    for (let call = 0; call < 2; call++) {
      expect((await predict(modelOf(SCRATCH), "twins", "--explain", "twins/seen")).exitCode).toBe(0);
      const { images } = listIn("twins", "seen");
      expect(images.map(({ file, heatMap }) => [file, heatMap])).toEqual([
        ["twins/a/x.png", "x.png"],
        ["twins/b/x.png", "x-2.png"],
      ]);
    }
  });

  test("overwrite nothing that Graft did not write", async () => {
    mkdirSync(join(folder, "mine"));
    writeFileSync(join(folder, "mine", "000.png"), "mine");
    const refused = await predict(modelOf(SCRATCH), "images/disc/000.png", "--explain", "mine");
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain('expected a new file, or a heat map that Graft wrote before, got "mine/000.png"');
    expect(readFileSync(join(folder, "mine", "000.png"), "utf8")).toBe("mine");
  });

  test("of a network that cannot tell are refused before anything is predicted", async () => {
    await runStudy("dense", { architecture: "mlp", strategies: ["scratch"], training: { epochs: 1 } });
    const refused = await predict("dense", "images/disc/000.png", "--explain", "none");
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain(
      "graft: --explain: M2-scratch-seed0: expected a network whose last features lie as the image does, from convolutions " +
        "or attention among patches, got one that has neither. Leave it out for this model.",
    );
    expect(existsSync(join(folder, "none"))).toBe(false);
  });
});

describe("the maps that a study keeps", () => {
  const dataset = smallDataset({ testImagesPerClass: IMAGES_PER_CLASS });

  test("are those of its models' answers: the surest mistakes, then right ones of each class", async () => {
    for (const { id, task, evaluation } of study.runs) {
      const { heatMaps, predicted = "" } = evaluation ?? {};
      if (heatMaps === undefined || heatMaps === null) throw new Error(`no maps of ${id}`);
      const { classIds } = study[task] ?? study.target;
      const { labels } = dataset.test;
      const places = Array.from(labels.keys()).filter((index) => classIds.includes(labels[index]));
      const { labels: answers, probabilities } = unpackPredictions(predicted, places.length);
      const isWrong = places.map((index, place) => classIds[answers[place]] !== labels[index]);
      const mistakes = Array.from(probabilities).filter((_, place) => isWrong[place]);
      const shown = mistakes.toSorted((a, b) => b - a).slice(0, 60);
      const { method, height, width, images } = heatMaps;
      expect({ method, height, width }).toEqual({ method: "grad-cam", height: 4, width: 4 });
      const mapped = images.slice(0, shown.length).map(({ index }) => places.indexOf(index));
      expect(mapped.every((place) => isWrong[place])).toBe(true);
      expect(mapped.map((place) => probabilities[place])).toEqual(shown);
      expect(new Set(images.map(({ index }) => index)).size).toBe(images.length);
      const [{ index, base64 }] = images;
      const image = new Uint8Array(3 * 8 * 8);
      readImage(dataset.test.pixels, index, image);
      const maps = await openHeatMaps(readFileSync(join(folder, modelOf(id))), { threads: 1 });
      const { bytes } = heatMapBytes(await maps.mapOf(image, answers[mapped[0]]));
      await maps.close();
      expect(base64).toBe(Buffer.from(bytes).toString("base64"));
      expect(Math.max(...bytes)).toBe(255);
    }
  });
});
