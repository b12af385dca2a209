import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { preparationBeside } from "./preparation-beside.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "graft-beside-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const model = (...path: string[]): string => join(folder, ...path, "model.onnx");
const write = (name: string, content: unknown): void => writeFileSync(join(folder, name), JSON.stringify(content));
const hub = { resample: 3, size: { shortest_edge: 256 } };

test("says which file it is from", () => {
  expect(preparationBeside(model())).toBeNull();
  write("config.json", { model_type: "vit" });
  expect(preparationBeside(model())).toBeNull();
  write("preprocessor_config.json", hub);
  expect(preparationBeside(model())).toEqual({
    interpolation: "bicubic",
    shorterSide: 256,
    source: "preprocessor_config.json beside it says",
  });
});

test("is looked for above a folder of exports, and of no other", () => {
  write("preprocessor_config.json", hub);
  for (const name of ["onnx", "models"]) mkdirSync(join(folder, name));
  expect(preparationBeside(model("onnx"))?.interpolation).toBe("bicubic");
  expect(preparationBeside(model("models"))).toBeNull();
});

test("is one sentence where the file is damaged or asks for what there is not", () => {
  const file = join(folder, "preprocessor_config.json");
  const end = "Correct the file, or keep the network in a folder without it.";
  writeFileSync(file, "{");
  expect(() => preparationBeside(model())).toThrow(
    `${file}: expected how the network's images are prepared, got what is no JSON. ${end}`,
  );
  write("preprocessor_config.json", { resample: 1 });
  expect(() => preparationBeside(model())).toThrow(
    `${file}: expected how the network's images are prepared, got something else in resample ` +
      `(expected 2 (bilinear) or 3 (bicubic), the filters that Graft has). ${end}`,
  );
});
