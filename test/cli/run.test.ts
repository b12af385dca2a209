/** @file Whole studies through the command line: output, files, failures, and going on after Ctrl-C. */

import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Ended, graft, temporaryFolder } from "./graft.ts";

/** Several child processes, each of which trains and draws, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

const study = `
name: tiny
dataset: shapes10
target: [disc, heart]
source: [square, ring]
imageSize: 8
imagesPerClass: 20
sourceImagesPerClass: 40
training: { epochs: 2, batchSize: 16 }
`;

interface JsonEvent {
  type: string;
  [field: string]: unknown;
}
interface Run {
  id: string;
  status: string;
  failure?: string;
  epochs: { trainLoss: number; testLoss: number; testAccuracy: number }[];
}

const cores = availableParallelism();
const { folder, remove } = temporaryFolder();
afterAll(remove);
writeFileSync(join(folder, "tiny.yaml"), study);
writeFileSync(join(folder, "diverging.yaml"), `${study}trainingOf: { scratch: { learningRate: 1.0e+30 } }\n`);

const run = (...args: string[]) => graft(args, { cwd: folder });

/** Runs the study into a folder, with one signal once an event of a type was told. */
async function stoppedAt(type: string, folderName: string): Promise<Ended> {
  let isSent = false;
  return await graft(["run", "tiny.yaml", "--threads", "1", "--json", "--out", folderName], {
    cwd: folder,
    onOutput: (stdout, child) => {
      if (!isSent && stdout.includes(`"type":"${type}"`)) isSent = child.kill("SIGINT");
    },
  });
}

function eventsOf({ stdout }: Ended): JsonEvent[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line): JsonEvent => JSON.parse(line));
}

/** What training found, without how long it took. */
function resultsIn(directory: string): object[] {
  const { runs }: { runs: Run[] } = JSON.parse(readFileSync(join(folder, directory, "summary.json"), "utf8"));
  return runs.map(({ id, status, epochs }) => ({
    id,
    status,
    epochs: epochs.map(({ trainLoss, testLoss, testAccuracy }) => ({ trainLoss, testLoss, testAccuracy })),
  }));
}

describe("a study", { timeout: PATIENCE_MS }, () => {
  test("as JSON is one object a line, and nothing else", async () => {
    const ended = await run("run", "tiny.yaml", "--threads", "1", "--json");
    expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode: 0, stderr: "" });
    const events = eventsOf(ended);
    const types = events.map(({ type }) => type).filter((type) => !/^(reading|batch|features|stage.*)$/.test(type));
    const oneRun = ["run-started", "epoch", "epoch", "run-finished"];
    expect(types).toEqual([
      "study-started",
      "forecast",
      ...oneRun,
      ...oneRun,
      ...oneRun,
      ...oneRun,
      "study-finished",
      "report",
    ]);
    expect(events.at(-2)).toMatchObject({ interrupted: false, summary: { name: "tiny", seeds: [0] } });
    expect(ended.stdout).not.toMatch(/imagesBase64|heatMaps|wrongImages|rightImages|"predicted"/);
    expect(events.find(({ type }) => type === "epoch")).toMatchObject({ run: "M1-source-seed0", record: { epoch: 1 } });
    const report = events.at(-1);
    expect(report).toMatchObject({ directory: join("runs", "tiny") });
    const files = report?.["files"] as string[];
    expect(files).toEqual(expect.arrayContaining(["report.html", "report.ipynb", "results.csv"]));
    for (const file of files) expect(existsSync(join(folder, "runs", "tiny", file))).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, "runs", "tiny", "summary.json"), "utf8"))).toMatchObject({
      command: "graft run tiny.yaml --threads 1 --json",
    });
  });

  test("that was stopped ends, resumed, as if it had not been", async () => {
    const stopped = await stoppedAt("epoch", "stopped");
    expect(stopped.exitCode).toBe(130);
    expect(stopped.stderr).toBe(
      "graft: stopping after this step; once more to stop at once.\n" +
        "graft: stopped; what is done is saved. Go on by: graft resume stopped\n",
    );
    expect(eventsOf(stopped).at(-1)).toMatchObject({ type: "study-finished", interrupted: true });
    expect(existsSync(join(folder, "stopped", "report.html"))).toBe(false);

    const resumed = await run("resume", "stopped", "--no-report");
    expect({ exitCode: resumed.exitCode, stderr: resumed.stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(resumed.stdout).toMatch(/^Going on with study tiny on shapes10/);
    expect(resumed.stdout).toMatch(/^Write the report by: graft report stopped$/m);
    expect(resultsIn("stopped")).toEqual(resultsIn(join("runs", "tiny")));
    expect(existsSync(join(folder, "stopped", "report.html"))).toBe(false);
  });

  test("in which a run diverges goes on with the others, and says so by exit code 1", async () => {
    const { exitCode, stdout, stderr } = await run("run", "diverging.yaml", "--threads", "1");
    expect(exitCode).toBe(1);
    expect(stderr).toBe("graft: 1 of 4 runs failed; the report says why.\n");
    const directory = join("runs", "tiny-2");
    const lines = stdout.split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "Study tiny on shapes10 (built-in, procedural): target disc, heart; source square, ring. " +
        `4 runs on cpu with 1 thread, into ${directory}. Recipes:`,
      "  SGD, momentum 0.9, learning rate 0.01, batch 16, 2 epochs",
      "  scratch: SGD, momentum 0.9, learning rate 1e+30, batch 16, 2 epochs",
    ]);
    expect(lines.filter((line) => /^ {2}epoch \d\/2: train loss/.test(line))).toHaveLength(6);
    expect(stdout).toMatch(/^Run 2 of 4: From scratch failed: .*loss/m);
    expect(stdout).toMatch(/^Run 4 of 4: Last two layers done in .*, test accuracy [\d.]+ % \(did not learn\)\.$/m);
    expect(stdout).toMatch(/^Model .*Test accuracy/m);
    expect(lines.slice(-3)).toEqual([
      `The report is in ${directory} (${readdirSync(join(folder, directory, "plots")).length + 3} files): ` +
        `open ${join(directory, "report.html")} in a browser.`,
      `Its models classify your images: graft predict ${directory} photo.jpg`,
      "",
    ]);
    expect(await run("resume", directory, "--no-report")).toMatchObject({
      exitCode: 1,
      stderr: "graft: 1 of 4 runs failed; summary.json says why.\n",
    });
  });

  test("gives its report anew", async () => {
    rmSync(join(folder, "runs", "tiny", "report.html"));
    const { exitCode, stdout, stderr } = await run("report", join("runs", "tiny"));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^Study tiny · data set shapes10/);
    expect(existsSync(join(folder, "runs", "tiny", "report.html"))).toBe(true);
  });

  test("is stopped while its report is written, and says how to write it", async () => {
    const stopped = await stoppedAt("study-finished", "unreported");
    expect(stopped.exitCode).toBe(130);
    expect(stopped.stderr.split("\n").slice(1)).toEqual([
      "graft: stopped before the report was written; every run is saved. Write it by: graft report unreported",
      "",
    ]);
    expect(eventsOf(stopped).at(-1)).toMatchObject({ type: "study-finished", interrupted: false });
    expect(existsSync(join(folder, "unreported", "report.html"))).toBe(false);

    expect((await run("report", "unreported")).exitCode).toBe(0);
    expect(existsSync(join(folder, "unreported", "report.html"))).toBe(true);
  });

  test("without its data set goes on with another where that is allowed, and says so", async () => {
    const args = ["run", "--offline", "--fallback-data", "shapes10", "--threads", String(cores + 1), "--json"];
    let asked = false;
    const { exitCode, stdout } = await graft([...args, "--out", "other"], {
      cwd: folder,
      onOutput: (text, child) => {
        // once: a second signal ends it without saving
        if (!asked && text.includes('"type":"run-started"')) asked = child.kill("SIGTERM");
      },
    });
    expect(exitCode).toBe(143);
    const [threads, data, started] = eventsOf({ exitCode, stdout, stderr: "" });
    expect(threads).toEqual({
      type: "notice",
      message: `--threads ${cores + 1}: this machine can run ${cores} at a time, so more will not make it faster.`,
    });
    expect(data).toEqual({
      type: "notice",
      message:
        `CIFAR-10 is not on this machine and cannot be downloaded (cifar10: expected it in the cache ` +
        `"${join(folder, "cache")}", got nothing there and no leave to download ` +
        "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz). " +
        "Using shapes10 (built-in, procedural) instead; every table and plot says so.",
    });
    expect(started).toMatchObject({ type: "study-started", summary: { dataset: { name: "shapes10" } } });
    expect(JSON.parse(readFileSync(join(folder, "other", "study.json"), "utf8"))).toMatchObject({
      config: { dataset: "shapes10" },
    });
  });

  test("ends without a word when nobody reads its output", async () => {
    const { exitCode, stderr } = await graft(["run", "tiny.yaml", "--threads", "1", "--json"], {
      cwd: folder,
      onOutput: (_text, child) => child.stdout?.destroy(),
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 141, stderr: "" });
  });
});

describe("data", () => {
  test("list says where each is", async () => {
    const { exitCode, stdout, stderr } = await run("data", "list");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^cifar10\n {2}60,000 .*\n {2}not on this machine yet; downloaded when first needed\n/);
    expect(stdout).toContain(`Downloads are kept in ${join(folder, "cache")}.\n`);
  });

  test("check counts the images of every class and looks for repeated ones", async () => {
    const { exitCode, stdout, stderr } = await run("data", "check", "shapes10");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^shapes10 \(built-in, procedural\): /);
    expect(lines).toContain("  8  hexagon      1,000    200");
    expect(lines).toContain("     together    10,000  2,000");
    expect(lines.at(-1)).toBe("  no test image is among the training images");
  });

  test("fetch does nothing for a set that is here", async () => {
    const { exitCode, stdout } = await run("data", "fetch", "shapes10");
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: "shapes10 (built-in, procedural) is ready: shapes10, painted by Graft from seed 0.\n",
    });
  });
});
