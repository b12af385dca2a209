/** @file A source and a target that are data sets of their own. */

import { expect, test } from "vitest";
import { resolveStudy, resumeStudy, runStudy } from "../../src/study/index.ts";
import { smallDataset } from "./small-dataset.ts";
import { newFolder, resultsOf, smallStudy } from "./study-folder.ts";

const data = { dataset: smallDataset(), sourceDataset: { ...smallDataset({ seed: 5 }), title: "other images" } };
const config = resolveStudy(
  smallStudy({ target: "mine", source: "others", strategies: ["scratch", "last-layer", "last-two-layers"] }),
);

test("a study trains the source on one and the strategies on the other, and can be stopped between them", async () => {
  const shared = { config, ...data, threads: 1, device: "cpu", command: "graft run" } as const;
  const whole = newFolder();
  const { summary } = await runStudy({ ...shared, directory: whole });
  expect(summary.runs.map(({ id, status, startsFrom }) => [id, status, startsFrom])).toEqual([
    ["M1-source-seed0", "done", null],
    ["M2-scratch-seed0", "done", null],
    ["M3-last-layer-seed0", "done", "M1-source-seed0"],
    ["M4-last-two-layers-seed0", "done", "M1-source-seed0"],
  ]);
  expect(summary.source?.classNames).toHaveLength(10);
  expect(summary.target.classNames).toHaveLength(10);
  expect(summary.sourceDataset).toMatchObject({ title: "other images", checksum: data.sourceDataset.checksum });
  expect(summary.dataset.checksum).toBe(data.dataset.checksum);
  expect(summary.examples.classes.map(({ task }) => task)).toEqual([
    ...Array<string>(10).fill("target"),
    ...Array<string>(10).fill("source"),
  ]);
  expect(summary.runs[3].sourceAccuracy).toBeGreaterThan(0);

  const stopped = newFolder();
  const stop = new AbortController();
  await runStudy({
    ...shared,
    directory: stopped,
    signal: stop.signal,
    listener: (event) => void (event.type === "run-finished" && stop.abort()),
  });
  await resumeStudy({ directory: stopped, openData: async () => data });
  expect(resultsOf(stopped)).toEqual(resultsOf(whole));
  await expect(resumeStudy({ directory: stopped, openData: async () => ({ dataset: data.dataset }) })).rejects.toThrow(
    /: expected the images that the study began with .* got others \(none\)\. Put the same files back, or resume with --source where they are now\.$/,
  );
});
