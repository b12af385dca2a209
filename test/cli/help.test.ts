/** @file `graft --help`, `--version`, `schema`, and mistakes in the command line itself. */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { graftProgram } from "../support/graft-program.ts";
import { graft, temporaryFolder } from "./graft.ts";

const hasTerminals = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

const root = new URL("../../", import.meta.url);
const { folder, remove } = temporaryFolder();
afterAll(remove);

const run = (...args: string[]) => graft(args, { cwd: folder });
const commands = [
  "run",
  "resume",
  "submit",
  "withdraw",
  "worker",
  "work",
  "status",
  "finish",
  "report",
  "recommend",
  "compare",
  "predict",
  "find-lr",
  "data",
  "models",
  "doctor",
  "strategies",
  "schema",
];

describe("help", () => {
  test("names every command, also when nothing was asked for", async () => {
    const help = await run("--help");
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    for (const command of commands) expect(help.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
    expect(await run()).toEqual(help);
  });

  // doctor is the whole of its use
  test.each(commands.filter((command) => command !== "doctor"))("%s shows examples", async (command) => {
    const { exitCode, stdout, stderr } = await run(command, "--help");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(`Examples:\n  graft ${command}`);
  });

  test("a group of commands without one of them prints its help as an error", async () => {
    const { exitCode, stdout, stderr } = await run("data");
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: graft data/);
  });
});

test("the version is that of package.json", async () => {
  const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
  expect(await run("--version")).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});

test("the published schema is the current one; renew it by `graft schema > schema/study.schema.json`", async () => {
  const { exitCode, stdout } = await run("schema");
  expect(exitCode).toBe(0);
  const published: unknown = JSON.parse(readFileSync(new URL("schema/study.schema.json", root), "utf8"));
  expect(published).toEqual(JSON.parse(stdout));
});

describe("a mistake in the command line is one sentence", () => {
  test.each([
    [["rnu"], "graft: unknown command 'rnu'. Did you mean run?\n"],
    [["run", "--epoch", "3"], "graft: unknown option '--epoch'. Did you mean --epochs?\n"],
    [["run", "--epochs"], "graft: option '--epochs <n>' argument missing.\n"],
    [["resume"], "graft: missing required argument 'folder'.\n"],
    [
      ["run", "a.yaml", "b.yaml"],
      "graft: too many arguments for 'run'. Expected 1 argument but got 2: a.yaml, b.yaml.\n",
    ],
  ])("%j", async (args, stderr) => {
    expect(await run(...args)).toEqual({ exitCode: 2, stdout: "", stderr });
  });
});

// util-linux's `script` gives a command a terminal: skipped where there is none
describe.skipIf(!hasTerminals)("in a terminal", () => {
  /** The lines that a command writes, with an end of its own. */
  function typed(columns: number, ...args: string[]): { lines: string[]; exitCode: number | null } {
    const command = `stty cols ${columns}; "${process.execPath}" "${graftProgram}" ${args.join(" ")}`;
    const { stdout, status } = spawnSync("script", ["-qec", command, "/dev/null"], { cwd: folder, encoding: "utf8" });
    return { lines: stdout.trim().split("\r\n"), exitCode: status };
  }

  test("a command writes what it writes elsewhere", () => {
    const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { version: string };
    expect(typed(80, "--version")).toEqual({ lines: [version], exitCode: 0 });
  });

  // one of 0 columns tells no size
  test.each([
    [40, 40],
    [0, 80],
  ])("of %i columns sentences break at words before column %i", (columns, width) => {
    const { lines, exitCode } = typed(columns, "run", "--epochs", "many");
    expect(exitCode).toBe(2);
    expect(lines.join(" ")).toBe(
      'graft: --epochs: expected a whole number from 1 to 100000, got "many". Try --epochs 2.',
    );
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
    expect(lines[0].length).toBeGreaterThan(width / 2);
  });

  test("whose size changes, what follows is as wide as it is then", () => {
    const few = { dataset: "shapes10", imageSize: 8, imagesPerClass: 4, sourceImagesPerClass: 4 };
    writeFileSync(join(folder, "few.json"), JSON.stringify({ ...few, training: { epochs: 1 } }));
    // what is shown begins with the command, which this pattern does not match
    const command =
      `stty cols 150; (until grep -q "To [t]rain" shown; do sleep 0.05; done; stty cols 60 </dev/tty) & ` +
      `"${process.execPath}" "${graftProgram}" run few.json --no-report --out narrow`;
    // there bars would be lines
    const env = { ...process.env, CI: undefined, TERM: "xterm" };
    const { status } = spawnSync("script", ["-qfec", command, "shown"], { cwd: folder, env });
    const shown = readFileSync(join(folder, "shown"), "utf8").split(/\r?\n/);
    const widest = (lines: string[]): number => Math.max(...lines.map(({ length }) => length));
    expect(status).toBe(0);
    expect(widest(shown.filter((line) => /^(Study|Going on)/.test(line)))).toBeGreaterThan(100);
    const end = shown.slice(shown.findLastIndex((line) => line.startsWith("Model")));
    expect(end.length).toBeGreaterThan(5);
    expect(widest(end.slice(0, -2))).toBeLessThanOrEqual(60);
  }, 120_000);
});

test("doctor trains for a moment and says that it can", async () => {
  const { exitCode, stdout, stderr } = await run("doctor");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/^Node\.js {10}\d+\.\d+\.\d+ \(needs /m);
  expect(stdout).toMatch(/^onnxruntime {6}\d+\.\d+\.\d+\ncpu {14}works\nwebgpu {11}(works|does not work here: .+)\n/m);
  expect(stdout).toMatch(/^auto {13}would compute on (cpu|webgpu|cuda): .+$/m);
  expect(stdout).toContain("cifar10          not on this machine yet; downloaded when first needed\n");
  expect(stdout).toContain("shapes10         built in\n");
  expect(stdout).toMatch(/training {9}works: [\d,]+ images\/s with the classic network\n\nReady to train\.\n$/);
});
