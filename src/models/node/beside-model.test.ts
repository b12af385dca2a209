/** @file Weights in files beside a model are read, and nothing outside its folder is. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { elsewhere, model, weights, written } from "../../../test/support/onnx-file.ts";
import { GraphError } from "../../core/index.ts";
import { importLayers } from "../imported/import-backbone.ts";
import type { ImportedBackbone } from "../imported/imported-backbone.ts";
import { besideModel } from "./beside-model.ts";

describe("data beside the model", () => {
  function folder(): string {
    const place = mkdtempSync(join(tmpdir(), "graft-external-"));
    onTestFinished(() => rmSync(place, { recursive: true }));
    mkdirSync(join(place, "model"));
    const values = Float32Array.of(9, 9, 1, 2, 3, 4, 5, 6);
    writeFileSync(join(place, "model", "data.bin"), values);
    writeFileSync(join(place, "secret.bin"), values);
    symlinkSync(join(place, "secret.bin"), join(place, "model", "link.bin"));
    return place;
  }
  const importedFrom = (place: string, where: Readonly<Record<string, string>>): ImportedBackbone => {
    const bytes = written(model({ weights: [elsewhere("conv.weight", [2, 3, 1, 1], where), ...weights.slice(1)] }));
    const path = join(place, "model", "a.onnx");
    return importLayers(bytes, { path, external: besideModel(path) });
  };

  test("are read from their place in the file", () => {
    const { parameters } = importedFrom(folder(), { location: "data.bin", offset: "8", length: "24" });
    expect([...parameters["conv.weight"].data]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each([
    { what: "above its folder", location: () => "../secret.bin" },
    { what: "at an absolute place", location: (place: string) => join(place, "model", "data.bin") },
    { what: "under a name that no file has", location: () => "data\0.bin" },
    { what: "behind a link out of its folder", location: () => "link.bin" },
  ])("are refused $what", ({ location }) => {
    const place = folder();
    const given = location(place);
    expect(() => importedFrom(place, { location: given })).toThrow(
      new GraphError(
        `${join(place, "model", "a.onnx")}: expected its data in a file beside it, got "${given}". ` +
          "Put all of its files into one folder.",
      ),
    );
  });

  test("are read once or twice, and not for every tensor that claims them", () => {
    const place = folder();
    const names = ["conv.weight", "a", "b"];
    const tensors = names.map((name) => elsewhere(name, [2, 3, 1, 1], { location: "data.bin", length: "24" }));
    const path = join(place, "model", "a.onnx");
    expect(() =>
      importLayers(written(model({ weights: [...tensors, ...weights.slice(1)] })), {
        path,
        external: besideModel(path),
      }),
    ).toThrow(
      new GraphError(
        `${path}: tensor "b": expected at most 32 bytes once or twice in all tensors from "data.bin", got more. Export the model anew.`,
      ),
    );
  });

  test("are refused where nothing reads them", () => {
    const bytes = written(
      model({ weights: [elsewhere("conv.weight", [2, 3, 1, 1], { location: "data.bin" }), ...weights.slice(1)] }),
    );
    expect(() => importLayers(bytes, { path: "a.onnx" })).toThrow(
      new GraphError('a.onnx: expected its data in itself, got some in "data.bin". Give what reads it, as `external`.'),
    );
  });

  test("are refused where their file is missing", () => {
    const place = folder();
    expect(() => importedFrom(place, { location: "none.bin" })).toThrow(
      new GraphError(`${join(place, "model", "a.onnx")}: expected its data in "none.bin" beside it, got no such file.`),
    );
  });

  test.each([
    {
      what: "is too short",
      where: { location: "data.bin", offset: "16", length: "24" },
      text: 'expected 24 bytes from 16 on in "data.bin", got a file of 32 bytes.',
    },
    {
      what: "has no such place",
      where: { location: "data.bin", offset: "-4" },
      text: 'expected a place in "data.bin", got offset -4, length 36.',
    },
    {
      what: "ends before the place",
      where: { location: "data.bin", offset: "40" },
      text: 'expected 0 bytes from 40 on in "data.bin", got a file of 32 bytes.',
    },
    { what: "is not named", where: {}, text: "expected the file that holds its data, got none." },
  ])("are refused where their file $what", ({ where, text }) => {
    const place = folder();
    expect(() => importedFrom(place, where)).toThrow(
      new GraphError(`${join(place, "model", "a.onnx")}: tensor "conv.weight": ${text}`),
    );
  });
});
