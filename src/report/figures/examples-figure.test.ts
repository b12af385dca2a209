import sharp from "sharp";
import { expect, it } from "vitest";
import { testSummary } from "../summary.fixture.ts";
import { overlaps, sizeOfSvg, textBoxes } from "./svg/svg.fixture.ts";
import { examplesFigure } from "./examples-figure.ts";
import { drawFigure } from "./kit/draw-figure.ts";

async function gridOf(summary = testSummary()): Promise<string> {
  const figure = await examplesFigure(summary);
  if (figure === null) throw new Error("no grid");
  return (await drawFigure(figure)).svg;
}

it("names every class and its task beside its images", async () => {
  const svg = await gridOf();
  const texts = textBoxes(svg).map((box) => box.text);
  expect(texts).toEqual(expect.arrayContaining(["Study classic · data set CIFAR-10", "airplane", "truck"]));
  expect(texts.filter((text) => text === "target")).toHaveLength(2);
  expect(texts.filter((text) => text === "source")).toHaveLength(8);
  expect(svg.match(/<image/g)).toHaveLength(80);
});

it("clips and overlaps no text, whatever the classes are called", async () => {
  const summary = testSummary();
  for (const entry of summary.examples.classes)
    entry.className += " of a kind that takes many words to tell from others";
  const svg = await gridOf(summary);
  const boxes = textBoxes(svg);
  expect(overlaps(boxes)).toEqual([]);
  expect(Math.max(...boxes.map((box) => box.right))).toBeLessThan(sizeOfSvg(svg).width);
});

it("embeds the pixels it was given, enlarged without smoothing", async () => {
  const summary = testSummary();
  summary.examples = {
    channels: 3,
    height: 1,
    width: 2,
    classes: [
      // Planes red, green, blue of two pixels: one orange-red, one blue.
      {
        classId: 0,
        className: "a",
        task: "neither",
        imagesBase64: [Buffer.from([250, 0, 60, 0, 10, 200]).toString("base64")],
      },
    ],
  };
  const svg = await gridOf(summary);
  const [, base64 = ""] = /data:image\/png;base64,([^"]+)/.exec(svg) ?? [];
  const { data, info } = await sharp(Buffer.from(base64, "base64"))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, ...data]).toEqual([2, 1, 250, 60, 10, 0, 0, 200]);
  expect(svg).toMatch(/<image [^>]*width="64" height="32" [^>]*style="[^"]*image-rendering: pixelated;"/);
  expect(textBoxes(svg).map((box) => box.text)).toContain("not used");
});

it("shows grey images as grey", async () => {
  const summary = testSummary();
  const imagesBase64 = [Buffer.from([7]).toString("base64")];
  summary.examples = {
    channels: 1,
    height: 1,
    width: 1,
    classes: [{ classId: 0, className: "a", task: "source", imagesBase64 }],
  };
  const [, base64 = ""] = /data:image\/png;base64,([^"]+)/.exec(await gridOf(summary)) ?? [];
  expect([...(await sharp(Buffer.from(base64, "base64")).toColourspace("srgb").raw().toBuffer())].slice(0, 3)).toEqual([
    7, 7, 7,
  ]);
});

it("says how many of very many classes it shows", async () => {
  const summary = testSummary();
  const [first] = summary.examples.classes;
  if (!first) throw new Error("no class");
  summary.examples.classes = Array.from({ length: 100 }, (_, classId) => ({
    ...first,
    classId,
    className: `class ${classId}`,
  }));
  const texts = textBoxes(await gridOf(summary)).map((box) => box.text);
  expect(texts).toContain("The first 40 of 100 classes.");
  expect(texts).not.toContain("class 40");
});

it("is absent for a study without examples", async () => {
  const summary = testSummary();
  summary.examples.classes = [];
  expect(await examplesFigure(summary)).toBeNull();
});

it("refuses images of another size than announced", async () => {
  const summary = testSummary();
  const [first] = summary.examples.classes;
  if (first) first.imagesBase64 = ["AAAA"];
  await expect(examplesFigure(summary)).rejects.toThrow(
    new Error('internal: an example of class "airplane" has 3 bytes, not 3x32x32'),
  );
});
