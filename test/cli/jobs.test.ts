/** @file Studies that several processes train, through the command line: told apart, stopped, killed, done by a queue. */

import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { resultsOf } from "../study/study-results.ts";
import { commandsIn } from "../support/page-commands.ts";
import { type Ended, graft, temporaryFolder } from "./graft.ts";

// several processes, each of which trains, on a machine that may be busy
vi.setConfig({ testTimeout: 240_000 });

const { folder, remove } = temporaryFolder();
afterAll(remove);
writeFileSync(
  join(folder, "study.yaml"),
  `
name: tiny
dataset: shapes10
target: [disc, heart]
source: [square, ring]
imageSize: 8
imagesPerClass: 20
sourceImagesPerClass: 40
strategies: [scratch, last-layer, probe-then-full]
training: { epochs: 3, batchSize: 16 }
`,
);
const IDS = ["M1-source-seed0", "M2-scratch-seed0", "M3-last-layer-seed0", "M4-probe-then-full-seed0"];

const run = (out: string, ...args: string[]): Promise<Ended> =>
  graft(["run", "study.yaml", "--threads", "1", "--out", out, ...args], { cwd: folder });

/** What one process leaves. */
let expected: Record<string, unknown> = {};
beforeAll(async () => {
  await run("alone", "--jobs", "1", "--no-report");
  expected = resultsOf(join(folder, "alone"), IDS);
}, 240_000);

/** Processes that hold the lock of a run. */
function workers(out: string): number[] {
  return globSync("runs/*/run.lock", { cwd: join(folder, out) }).map(
    (path) => (JSON.parse(readFileSync(join(folder, out, path), "utf8")) as { pid: number }).pid,
  );
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

test("the commands of docs/clusters.md lead to a finished study", async () => {
  const commands = ["One machine", "Any queue"].flatMap((section) => commandsIn("clusters.md", section));
  expect(commands.map(([command]) => command)).toEqual(["run", "resume", "work", "work", "status", "finish"]);
  const said: string[] = [];
  for (const command of commands) {
    const ended = await graft(command, { cwd: folder });
    expect({ command, ...ended }).toMatchObject({ command, exitCode: 0, stderr: "" });
    said.push(ended.stdout);
  }
  expect(resultsOf(join(folder, "mine"), IDS)).toEqual(expected);
  // lines say whose they are
  expect(said[0]).toContain("4 runs on cpu with 1 thread each, 2 at once, into mine.");
  expect(said[0]).toMatch(/^ {2}From scratch: epoch 3\/3: train loss/m);
  expect(said[0]).toMatch(/^Run 1 of 4: Source done in .*, test accuracy/m);
});

test("a signal stops all of them, with their state saved", async () => {
  let isSent = false;
  const stopped = await graft(["run", "study.yaml", "--threads", "1", "--jobs", "2", "--json", "--out", "stopped"], {
    cwd: folder,
    onOutput: (stdout, child) => {
      if (!isSent && stdout.includes('"type":"epoch"')) isSent = child.kill("SIGINT");
    },
  });
  expect(stopped).toMatchObject({ exitCode: 130, stderr: expect.stringContaining("Go on by: graft resume stopped") });
  expect(stopped.stderr.match(/stopping after this step/g)).toHaveLength(1);
  expect(workers("stopped")).toEqual([]);
  expect(await graft(["resume", "stopped", "--jobs", "2"], { cwd: folder })).toMatchObject({ exitCode: 0 });
  expect(resultsOf(join(folder, "stopped"), IDS)).toEqual(expected);
  expect(/1 thread a run, 2 runs at once/.test(readFileSync(join(folder, "stopped", "report.html"), "utf8"))).toBe(
    true,
  );
});

test.runIf(process.platform === "linux")("a coordinator that is killed leaves nobody at work", async () => {
  let left: number[] = [];
  const killed = await graft(["run", "study.yaml", "--threads", "1", "--jobs", "2", "--json", "--out", "killed"], {
    cwd: folder,
    onOutput: (stdout, child) => {
      if (left.length > 0 || !stdout.includes('"type":"epoch"')) return;
      left = workers("killed");
      child.kill("SIGKILL");
    },
  });
  expect(killed.exitCode).toBeNull();
  expect(left.length).toBeGreaterThan(0);
  while (left.some(isAlive)) await sleep(50);
  expect(await graft(["resume", "killed", "--jobs", "2", "--no-report"], { cwd: folder })).toMatchObject({
    exitCode: 0,
    stderr: "",
  });
  expect(resultsOf(join(folder, "killed"), IDS)).toEqual(expected);
});

test("graft work is the body of a queue's job, graft status says what is left, graft finish writes the report", async () => {
  let isSent = false;
  const interrupted = await graft(["run", "study.yaml", "--threads", "1", "--json", "--out", "queue"], {
    cwd: folder,
    onOutput: (stdout, child) => {
      if (!isSent && stdout.includes('"type":"study-started"')) isSent = child.kill("SIGINT");
    },
  });
  expect(interrupted.exitCode).toBe(130);
  const work = (...names: string[]): Promise<Ended> => graft(["work", "--study", "queue", ...names], { cwd: folder });
  const status = async (): Promise<string> => (await graft(["status", "queue"], { cwd: folder })).stdout;
  expect(await status()).toMatch(/^M3-last-layer-seed0 +waiting +after M1-source-seed0$/m);
  expect(await work(IDS[2])).toMatchObject({
    exitCode: 75,
    stderr: expect.stringContaining(
      "M3-last-layer-seed0: expected the run that it starts from, M1-source-seed0, to be done, got pending. Train that first. " +
        "Try again later: graft work --study queue M3-last-layer-seed0",
    ),
  });
  expect(await work("M9")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('got "M9". Name one of them.'),
  });
  expect(await work(IDS[0])).toMatchObject({ exitCode: 0 });
  expect(await status()).toMatch(/^Study tiny: 4 runs, 1 done and 3 ready\.$/m);
  expect(await graft(["finish", "queue"], { cwd: folder })).toMatchObject({ exitCode: 0 });
  expect(await status()).toContain("The report as far as it is: graft finish queue");
  expect(await work(...IDS)).toMatchObject({ exitCode: 0 });
  expect(await graft(["finish", "queue"], { cwd: folder })).toMatchObject({ exitCode: 0 });
  expect(await status()).toMatch(/^Study tiny: 4 runs, 4 done\.$/m);
  expect(JSON.parse(readFileSync(join(folder, "queue", "summary.json"), "utf8"))).toMatchObject({
    finishedAt: expect.any(String),
  });
  expect(resultsOf(join(folder, "queue"), IDS)).toEqual(expected);
});

test.each([
  [["run", "study.yaml", "--jobs", "many"], '--jobs: expected a whole number from 1 to 256, got "many". Try --jobs 2.'],
  [["resume", "alone", "--jobs", "0"], '--jobs: expected a whole number from 1 to 256, got "0". Try --jobs 2.'],
  [["status", "nowhere"], "nowhere: expected the folder of a study, got one without study.json."],
  [["work", "--study", "nowhere", "M1"], "nowhere: expected the folder of a study, got one without study.json."],
  [
    ["submit", "alone", "--to", "slurm", "--epochs", "9"],
    "--epochs: expected none beside the folder of a study, which goes on as it began. Leave it out, or submit a new study.",
  ],
  [
    ["submit", "study.yaml", "--to", "postgres", "--slurm-partition", "short"],
    "--slurm-partition: expected it with --to slurm, got it with --to postgres. Leave it out; graft worker takes --any-machine.",
  ],
  [["submit", "study.yaml", "--to", "pbs"], '--to: expected one of slurm, postgres, got "pbs".'],
])("graft %j is refused in a sentence", async (args, sentence) => {
  const { exitCode, stderr } = await graft(args, { cwd: folder });
  expect(stderr).toContain(sentence);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(exitCode).toBe(2);
});
