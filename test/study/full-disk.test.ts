/** @file A disk that fills up in the middle of a study costs nothing that was saved. */

import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import type { StudyInput, StudySummary } from "../../src/study/index.ts";
import { studyProgram } from "../support/graft-program.ts";
import { newFolder, smallStudy } from "./study-folder.ts";

/** A process that may mount a disk which no other sees. */
const namespace = ["--user", "--map-root-user", "--mount"];
const mayMount =
  spawnSync("unshare", [...namespace, "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"], { timeout: 5000 }).status ===
  0;

// a small disk of its own is the only honest way to fill one: skipped where mounting it is not permitted
test.skipIf(!mayMount)("a full disk is one clear error, and the study goes on when there is room", async () => {
  const directory = newFolder();
  const place = dirname(directory);
  const job = (study?: StudyInput): string => JSON.stringify({ directory, threads: 1, ...(study && { study }) });
  // room for the first files, but not for a checkpoint with its optimizer state
  const script = `
    mount -t tmpfs -o size=900k tmpfs '${place}' || exit 3
    "$0" '${studyProgram}' "$1" >/dev/null 2>'${place}/log'
    grep -o 'DataError: .*' '${place}/log' | head -1
    mount -o remount,size=64m '${place}' && "$0" '${studyProgram}' "$2" >/dev/null && cat '${directory}/summary.json'`;
  const { stdout, stderr, status } = spawnSync(
    "unshare",
    [...namespace, "sh", "-c", script, process.execPath, job(smallStudy()), job()],
    { encoding: "utf8", timeout: 60_000 },
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const [sentence, ...summary] = stdout.split("\n");
  expect(sentence).toMatch(
    /^DataError: .*checkpoint\.safetensors: expected room and leave to write \d+ bytes, got ENOSPC\. The disk is full: free some space and go on from here\.$/,
  );
  const { runs } = JSON.parse(summary.join("\n")) as StudySummary;
  expect(runs.map(({ status: each }) => each)).toEqual(["done", "done", "done", "done"]);
});
