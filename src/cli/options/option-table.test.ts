/** @file The table of options, the commands that take them, the studies they make and the names their help lists agree. */

import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { dataFormats } from "../../data/node/index.ts";
import { architectures, modelFormats } from "../../models/index.ts";
import { presets, resolveStudy, sources, trainingFor } from "../../study/index.ts";
import { createProgram } from "../program.ts";
import { type StudyOptions, computingOptionTable, studyOptionTable, typedName } from "./option-table.ts";
import { studyFrom } from "./study-options.ts";

/** A value for each option that changes the study. */
const values: Required<StudyOptions> = {
  preset: "tuned",
  data: tmpdir(),
  target: "cat,dog",
  source: "3,4",
  architecture: "resnet-20",
  imageSize: "64x96",
  channels: "bgr",
  tokens: "both",
  interpolation: "bicubic",
  cropShare: "0.9",
  normalization: "imagenet",
  skipUnreadable: true,
  epochs: "3",
  learningRate: "0.03",
  validation: "0.2",
  classWeights: "balanced",
  augment: false,
  seeds: "2",
  time: "10m",
  strategies: "full",
  imagesPerClass: "10",
  tune: true,
};

describe("the options of a study", () => {
  test.each(["run", "find-lr"])("are all taken by graft %s", (name) => {
    const flags = createProgram()
      .commands.find((command) => command.name() === name)
      ?.options.map((option) => option.flags);
    expect(flags).toEqual(
      expect.arrayContaining(Object.values({ ...studyOptionTable, ...computingOptionTable }).map((one) => one.flags)),
    );
  });

  test.each(Object.keys(studyOptionTable) as (keyof StudyOptions)[])("%s changes the study", async (name) => {
    // the preset photos leaves augmentation and seeds to Graft: leaving it out is a change, and seeds may be given a time;
    // only a trained network has an order and tokens of its own
    const trained = { source: "model.onnx" };
    const bases = {
      augment: { preset: "photos" },
      time: { preset: "photos" },
      channels: trained,
      tokens: trained,
      cropShare: trained,
    };
    const base = bases[name as keyof typeof bases] ?? {};
    const before = await studyFrom(undefined, base);
    expect(await studyFrom(undefined, { ...base, [name]: values[name] })).not.toEqual(before);
  });

  test("say how all runs train, also those of which the preset says otherwise", async () => {
    const config = await studyFrom(undefined, { preset: "quick", epochs: "2", learningRate: "0.03" });
    expect(trainingFor(config, "source")).toMatchObject({ epochs: 2, learningRate: 0.03 });
  });

  test("keep the preset of photographs where classes of them are chosen", async () => {
    expect(await studyFrom(undefined, { data: tmpdir(), target: "cat,dog" })).toMatchObject({
      preset: "photos",
      dataset: tmpdir(),
      target: ["cat", "dog"],
    });
  });

  test("take any normalization, and offer the nearest name for a source", async () => {
    const { normalization } = await studyFrom(undefined, { normalization: "0.5,0.4,0.3/1,1,1" });
    expect(normalization).toEqual({ mean: [0.5, 0.4, 0.3], std: [1, 1, 1] });
    await expect(studyFrom(undefined, { normalization: "1/0" })).rejects.toThrow("--normalization: expected mean/std");
    await expect(studyFrom(undefined, { source: "resnet18-v1" })).rejects.toThrow('Did you mean "resnet18-v1-7"?');
  });

  test("are named as they are typed", () => {
    expect(Object.values(studyOptionTable).map(typedName)).toContain("--images-per-class");
    expect(typedName(studyOptionTable.skipUnreadable)).toBe("--skip-unreadable");
  });

  test("list the presets and architectures that there are", () => {
    const listed = (help: string): string[] => (help.split("): ")[1] ?? "").split(", ");
    expect(listed(studyOptionTable.preset.help).sort()).toEqual(Object.keys(presets).sort());
    expect(listed(studyOptionTable.architecture.help).sort()).toEqual(Object.keys(architectures).sort());
    const { preset, architecture } = resolveStudy();
    expect(studyOptionTable.preset.help).toContain(`(default: ${preset})`);
    expect(studyOptionTable.architecture.help).toContain(`(default: ${architecture})`);
  });

  test("list the kinds of sources, and the files that one can be read from", () => {
    const { help } = studyOptionTable.source;
    for (const { description } of Object.values(sources)) expect(help).toContain(description.split(/,| of /)[0]);
    for (const { ending, title } of Object.values(modelFormats))
      expect([ending, title].some((name) => help.includes(name))).toBe(true);
  });
});

test("graft data check lists the formats of data sets", () => {
  const data = createProgram().commands.find((command) => command.name() === "data");
  const [place] = data?.commands.find((command) => command.name() === "check")?.registeredArguments ?? [];
  const titles = Object.values(dataFormats).map(({ title }) => title);
  expect(place?.description.split(/, (?:or )?/).sort()).toEqual(titles.sort());
});
