/** @file A study goes on where it was moved to, with its images or apart from them. */

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { resumeStudy } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { newFolder, readJson, run, smallStudy } from "./study-folder.ts";

/** A study that was stopped at once, beside the file of its images. */
async function begun(): Promise<{ project: string; directory: string }> {
  const project = join(newFolder(), "project");
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "images.npz"), "");
  const directory = join(project, "study");
  const study = smallStudy({ dataset: join(project, "images.npz"), strategies: ["scratch"], training: { epochs: 1 } });
  await run(study, { directory, signal: AbortSignal.abort() });
  return { project, directory };
}

/** Goes on with a study; the place that its images were opened from. */
async function resumed(directory: string, options: { places?: { data: string }; seed?: number } = {}): Promise<string> {
  const { places, seed = 0 } = options;
  const opened: string[] = [];
  const { interrupted } = await resumeStudy({
    directory,
    ...(places === undefined ? {} : { places }),
    openData: async ({ dataset }) => {
      opened.push(dataset);
      return { dataset: smallDataset({ seed }) };
    },
  });
  expect(interrupted).toBe(false);
  return opened.join();
}

test("moved with its images, it finds them", async () => {
  const { project } = await begun();
  const moved = join(dirname(project), "moved");
  renameSync(project, moved);
  expect(await resumed(join(moved, "study"))).toBe(join(moved, "images.npz"));
});

test("where its images moved it asks for them, takes the same ones and remembers where they are", async () => {
  const { project, directory } = await begun();
  const [before, data] = [join(project, "images.npz"), join(project, "elsewhere.npz")];
  renameSync(before, data);
  await expect(resumed(directory)).rejects.toThrow(
    `${before}: expected the images that the study began with, got nothing there. Name the place where it is now with --data.`,
  );
  await expect(resumed(directory, { places: { data }, seed: 1 })).rejects.toThrow(
    /expected the images that the study began with \(checksum .*\), got others/,
  );
  expect(readJson<{ config: { dataset: string } }>(directory, "study.json").config.dataset).toBe("../images.npz");
  expect(await resumed(directory, { places: { data } })).toBe(data);
  expect(await resumed(directory)).toBe(data);
});
