/** @file `graft data suspects`: training images in the wrong class are found, by models that did not train on them. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, graft, temporaryFolder } from "./graft.ts";

/** A study, and a child process for every command, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

const colours = { clay: [200, 40, 40], fern: [40, 180, 50], lake: [30, 60, 200], sand: [210, 200, 40] };
const SWAPPED = ["train/clay/02.png", "train/fern/05.png", "train/fern/11.png"];

const { folder, remove } = temporaryFolder();
afterAll(remove);
const suspects = (...args: string[]): Promise<Ended> => graft(["data", "suspects", ...args], { cwd: folder });

/** Squares of a class's colour, each a little different; those that are swapped have the other class's. */
async function writeImages(part: string, count: number): Promise<void> {
  const other: Record<string, keyof typeof colours> = { clay: "fern", fern: "clay" };
  for (const [name, own] of Object.entries(colours)) {
    mkdirSync(join(folder, "d", part, name), { recursive: true });
    for (let image = 0; image < count; image++) {
      const path = [part, name, `${String(image).padStart(2, "0")}.png`].join("/");
      const [r, g, b] = SWAPPED.includes(path) ? colours[other[name]] : own;
      const shade = (value: number): number => value + ((image * 7) % 31) - 15;
      const background = { r: shade(r), g: shade(g), b: shade(b) };
      await sharp({ create: { width: 8, height: 8, channels: 3, background } })
        .png()
        .toFile(join(folder, "d", path));
    }
  }
}

beforeAll(async () => {
  await writeImages("train", 20);
  await writeImages("test", 5);
  const study = ["--target", "clay,fern", "--source", "lake,sand", "--image-size", "8", "--epochs", "2"];
  const run = [
    "run",
    "--no-report",
    "--preset",
    "classic",
    "--data",
    "d",
    ...study,
    "--strategies",
    "linear-probe",
    "--validation",
    "0.2",
  ];
  const { exitCode, stderr } = await graft([...run, "--out", "s", "--offline"], { cwd: folder });
  if (exitCode !== 0) throw new Error(stderr);
}, PATIENCE_MS);

describe("suspects", { timeout: PATIENCE_MS }, () => {
  test("are the images in the wrong class, also those that the study held back, in text, table and page", async () => {
    const ended = await suspects("s", "--csv", "s.csv", "--html", "s.html");
    expect(ended.stderr).toBe("The table is in s.csv.\nThe page is in s.html.\n");
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toContain("3 images of 40 are of another class if all strategies are right");
    for (const path of SWAPPED) expect(ended.stdout).toContain(path);
    expect(ended.stdout).toMatch(/train\/clay\/02\.png +clay \(\d+ %\) +rather fern \(\d+ %\)/);
    const [header, ...rows] = readFileSync(join(folder, "s.csv"), "utf8").trimEnd().split("\r\n");
    expect(header).toBe("image,class,likely_class,class_probability,likely_class_probability");
    expect(rows.map((row) => row.split(",")[0]).sort()).toEqual(SWAPPED);
    const page = readFileSync(join(folder, "s.html"), "utf8");
    expect(page.match(/data:image\/jpeg/g)).toHaveLength(3);
    expect(page).toContain("3 training images of 40");
  });

  test("are the same every time, and one JSON object", async () => {
    const lastLine = ({ stdout }: Ended): string => stdout.trimEnd().split("\n").at(-1) ?? "";
    const answer = lastLine(await suspects("s", "--json"));
    expect(lastLine(await suspects("s", "--json"))).toBe(answer);
    const search = JSON.parse(answer);
    expect(search).toMatchObject({ type: "suspects", images: 40, unasked: 0, folds: 5 });
    expect(search.strategies.map(({ name }: { name: string }) => name)).toEqual([
      "nearest-mean",
      "k-nearest",
      "linear-probe",
    ]);
    expect(search.suspects.map(({ image }: { image: string }) => image).sort()).toEqual(SWAPPED);
  });

  test("can be asked of any strategy that has not seen all images, and files of others stay as they are", async () => {
    const own = await suspects("s", "--strategies", "last-layer");
    expect(own.stdout).toContain("if the strategy is right");
    writeFileSync(join(folder, "mine.csv"), "a,b\n");
    const sentences = [
      [["--csv", "mine.csv"], '--csv: expected a new file, or a table that Graft wrote before, got "mine.csv"'],
      [["--html", "mine.csv"], '--html: expected the name of a file that ends in .html or .htm, got "mine.csv"'],
      [["--strategies", "unfrozen-last-two-layers"], "which starts from unfrozen-last-layer. Leave it out."],
      [["--strategies", "nearest-meen"], 'Did you mean "nearest-mean"?'],
    ] as const;
    for (const [args, sentence] of sentences) {
      const refused = await suspects("s", ...args);
      expect(refused.exitCode).toBe(2);
      expect(refused.stderr).toContain(sentence);
    }
    expect(readFileSync(join(folder, "mine.csv"), "utf8")).toBe("a,b\n");
  });
});
