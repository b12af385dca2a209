/** @file The table of options, the commands that take them, the studies they make and the names their help lists agree. */

import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { architectures } from "../../models/index.ts";
import { presets, resolveStudy } from "../../study/index.ts";
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
  imageSize: "64",
  normalization: "imagenet",
  skipUnreadable: true,
  epochs: "3",
  augment: false,
  seeds: "2",
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
    // the preset photos leaves augmentation to Graft, so that leaving it out is a change
    const base = name === "augment" ? { preset: "photos" } : {};
    const before = await studyFrom(undefined, base);
    expect(await studyFrom(undefined, { ...base, [name]: values[name] })).not.toEqual(before);
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
});
