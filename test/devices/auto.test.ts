/** @file `--device auto` says what it chose and why, in the notice and in the study's file. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parseDevice } from "../../src/engine/runtime/node/index.ts";
import type { StudyFile } from "../../src/study/index.ts";
import { graft, temporaryFolder } from "../cli/graft.ts";

test("auto takes the fastest device that works, and says so", async () => {
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  const args = ["run", "--preset", "quick", "--data", "shapes10", "--epochs", "1", "--images-per-class", "4"];
  const stop = /"type":"study-started"/;
  const { stdout } = await graft([...args, "--strategies", "scratch", "--device", "auto", "--json", "--out", "study"], {
    cwd: folder,
    onOutput: (text, child) => void (stop.test(text) && child.kill("SIGINT")),
  });
  const [notice] = stdout.split("\n").map((line) => JSON.parse(line || "{}") as { type?: string; message?: string });
  const file = JSON.parse(readFileSync(join(folder, "study", "study.json"), "utf8")) as StudyFile;
  expect(notice).toEqual({ type: "notice", message: `Computing on ${file.device}: ${file.deviceReason}.` });
  await expect(parseDevice(file.device)).resolves.toBe(file.device);
  expect(file.deviceReason).toMatch(
    /(webgpu does not work here \(.+\)|it trains a small network at [\d,]+ images\/s, .+ at [\d,]+).*; cuda .+$/,
  );
});
