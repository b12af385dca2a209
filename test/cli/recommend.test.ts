/** @file `graft recommend` and `graft compare`, on folders of small studies. */

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StudyInput } from "../../src/study/index.ts";
import { tellingDataset } from "../study/small-dataset.ts";
import { newFolder, run, smallStudy } from "../study/study-folder.ts";
import { type Ended, graft, temporaryFolder } from "./graft.ts";

const dataset = tellingDataset();
const study: StudyInput = smallStudy({
  target: [2, 5, 8],
  source: [0, 9],
  strategies: ["nearest-mean", "linear-probe"],
  training: { epochs: 1 },
});

const { folder, remove } = temporaryFolder();
const [first, second] = [join(folder, "first"), join(folder, "second")];

beforeAll(async () => {
  await run(study, { dataset, directory: first });
  await run({ ...study, seeds: [1] }, { dataset, directory: second });
});
afterAll(remove);

const say = (...args: string[]): Promise<Ended> => graft(args, { cwd: first });

describe("graft recommend", () => {
  test("says what to do, and what to type where it is not sure", async () => {
    const { exitCode, stdout, stderr } = await say("recommend", first);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^(Recommended|Not sure yet): (nearest-mean|linear-probe), test accuracy \d+\.\d % \(90 % /);
    const { recommendations, seeds, finished, next } = JSON.parse((await say("recommend", first, "--json")).stdout);
    expect(recommendations).toMatchObject([{ imagesPerClass: "all", prospects: [{ seeds: 1 }, { seeds: 1 }] }]);
    expect({ seeds, finished }).toEqual({ seeds: null, finished: true });
    // null where it is sure
    expect(next ?? "graft run --seeds 2").toMatch(/^graft run --seeds \d+$/);
  });

  test("of an unfinished study goes on by resuming it", async () => {
    const directory = newFolder();
    await run(study, { directory, dataset, signal: AbortSignal.abort() });
    expect((await say("recommend", directory)).stdout).toBe(
      `No recommendation yet: no strategy has finished that learned its task.\nGo on by: graft resume ${directory}\n`,
    );
  });
});

test("graft compare holds the same strategies of two studies against each other", async () => {
  const { exitCode, stdout, stderr } = await say("compare", first, second);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/^A: .*\nB: .*\nTested on the same images, which are compared one by one\.\n\n/);
  expect(stdout).toMatch(/^nearest-mean {2}A \d+\.\d % {2}B \d+\.\d % {2}B − A [+−]?\d+\.\d points \(95 % interval /m);
  const { paired, differences } = JSON.parse((await say("compare", first, second, "--json")).stdout);
  expect(paired).toBe(true);
  expect(differences).toMatchObject([{ strategy: "nearest-mean" }, { strategy: "linear-probe" }]);
  expect(await say("compare", first, "nowhere")).toMatchObject({ exitCode: 2, stdout: "" });
});
