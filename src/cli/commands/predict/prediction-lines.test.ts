import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import type { LooseImage } from "../../../data/node/index.ts";
import type { Prediction } from "./predict-images.ts";
import { jsonLine, plainLines, predictionsCsv } from "./prediction-lines.ts";

const predictionOf = (file: string, ...answers: [string, number][]): Prediction => ({
  file,
  answers: answers.map(([className, probability]) => ({ className, probability })),
  thumbnail: undefined,
  heatMap: undefined,
});
const imageOf = (path: string): LooseImage => ({ path, withBytes: (use) => use("not asked for") });

describe("plainLines", () => {
  test("are aligned with the longest file and class, and name a file once", () => {
    const lines = plainLines([imageOf("a.png"), imageOf("photos/b.png")], ["automobile", "cat"]);
    const all = [
      lines.header,
      ...lines.of(predictionOf("a.png", ["cat", 0.98], ["automobile", 0.02])),
      ...lines.of(predictionOf("photos/b.png", ["automobile", 1])),
    ];
    expect(all).toEqual([
      "file          class       probability",
      "a.png         cat              98.0 %",
      "              automobile        2.0 %",
      "photos/b.png  automobile      100.0 %",
    ]);
  });

  test("show a name that would steer the terminal by its codes", () => {
    const file = "\u001b[2J\n.png";
    const [line] = plainLines([imageOf(file)], ["c"]).of(predictionOf(file, ["c", 1]));
    expect(line).toBe("\\u{1b}[2J\\u{a}.png  c          100.0 %");
  });
});

test("jsonLine has the likeliest class beside all answers, and the reason of an image that cannot be read", () => {
  expect(jsonLine(predictionOf("a\nb.png", ["cat", 0.75], ["dog", 0.25]))).toBe(
    '{"type":"prediction","file":"a\\nb.png","class":"cat","probability":0.75,' +
      '"answers":[{"class":"cat","probability":0.75},{"class":"dog","probability":0.25}]}',
  );
  expect(jsonLine({ file: "a.png", problem: "it is empty" })).toBe(
    '{"type":"unreadable","file":"a.png","reason":"it is empty"}',
  );
});

test("predictionsCsv holds nothing that a spreadsheet would run", () => {
  const csv = predictionsCsv([predictionOf("=1+1.png", ["@SUM(1)", 1])]);
  expect(csv).toBe("file,class,probability,rank\r\n'=1+1.png,'@SUM(1),1,1\r\n");
});

test("predictionsCsv is read back as it was by another program, whatever is in the names", () => {
  const file = 'a "b",\nc.png';
  const csv = predictionsCsv([predictionOf(file, ["x,y", 0.1], ["z", 1 / 3]), predictionOf("plain.png", ["z", 1])]);
  expect(csv.startsWith("file,class,probability,rank\r\n")).toBe(true);
  expect(csv.endsWith("plain.png,z,1,1\r\n")).toBe(true);
  expect(parse(csv, { columns: true, record_delimiter: "\r\n" })).toEqual([
    { file, class: "x,y", probability: "0.1", rank: "1" },
    { file, class: "z", probability: String(1 / 3), rank: "2" },
    { file: "plain.png", class: "z", probability: "1", rank: "1" },
  ]);
});
