import { describe, expect, test } from "vitest";
import { DataError } from "../../core/index.ts";
import { type ExportFacts, exportMetadata, parseExportMetadata } from "./export-metadata.ts";

const facts: ExportFacts = {
  run: "M2-scratch-seed0",
  network: "classic-cnn",
  classNames: ['a "b"', "c,d"],
  imageShape: [3, 32, 30],
};

describe("exportMetadata", () => {
  test("writes texts alone, and cover where nothing is said of the fit", () => {
    expect(exportMetadata(facts)).toEqual({
      run: "M2-scratch-seed0",
      network: "classic-cnn",
      classes: '["a \\"b\\"","c,d"]',
      imageShape: "[3,32,30]",
      fit: "cover",
    });
  });

  test.each([
    [{}, { fit: "cover" }],
    [{ fit: "contain" }, { fit: "contain" }],
    [{ resizeShorter: 256 }, { fit: "cover", resizeShorter: 256 }],
    [
      { pixelScales: { uint16: { low: 0, high: 4095, isWhole: true } } },
      { fit: "cover", pixelScales: { uint16: { low: 0, high: 4095, isWhole: true } } },
    ],
  ] as const)("is read back as it was written: %j", (given, read) => {
    expect(parseExportMetadata(exportMetadata({ ...facts, ...given }), "model.onnx")).toEqual({ ...facts, ...read });
  });
});

describe("parseExportMetadata", () => {
  test("passes over what is missing, and over what others wrote", () => {
    expect(parseExportMetadata({ author: "me", classes: '["a"]' }, "model.onnx")).toEqual({ classNames: ["a"] });
  });

  test.each([
    ["classes", "cat,dog", "a JSON list of names"],
    ["classes", "[]", "a JSON list of names"],
    ["classes", '["a",""]', "a JSON list of names"],
    ["imageShape", "[3,32]", "a JSON list [channels, height, width]"],
    ["imageShape", "[3,32,-1]", "a JSON list [channels, height, width]"],
    ["fit", "squeeze", "one of cover, contain, fill"],
    ["resizeShorter", "1.5", "a whole number of pixels"],
    ["pixelScales", '{"uint16":4095}', "a JSON object of low, high and isWhole by type"],
  ])("refuses %s %s", (key, text, what) => {
    expect(() => parseExportMetadata({ [key]: text }, "m.onnx")).toThrow(
      new DataError(
        `m.onnx: expected the model's metadata "${key}" to be ${what}, got ${JSON.stringify(text)}. ` +
          "Take the file that Graft wrote.",
        { location: { path: "m.onnx" } },
      ),
    );
  });
});
