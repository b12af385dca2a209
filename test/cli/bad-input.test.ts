/** @file What a user can get wrong ends in one sentence and exit code 2, and nothing is written. */

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { graft, temporaryFolder } from "./graft.ts";

const strategies =
  "scratch, last-layer, last-two-layers, full, nearest-mean, k-nearest, linear-probe, probe-then-full, gradual-unfreezing, discriminative, " +
  "bitfit, norm-tuning, lora, l2-sp, first-block, unfrozen-last-layer, unfrozen-last-two-layers, " +
  "last-<k>, from-<layer>, only-<pattern>, A<n>B, B<n>B, with + for fine-tuning";
const shapes = "disc, square, triangle, ring, cross, star, crescent, heart, hexagon, bars";
const dataSets = "cifar10, cifar100, cifar100-coarse, mnist, fashion-mnist, shapes10";
const cifarFiles = ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"];
const wayOut =
  "Put the .bin files of CIFAR-10's binary version into a folder and name it in GRAFT_DATA_DIR, " +
  "or use the built-in images with --data shapes10.";

/** Runs `graft` in a folder with these files; the folder must be the same afterwards. */
async function refused(
  args: readonly string[],
  { files = {}, env = {} }: { files?: Record<string, string>; env?: Record<string, string> } = {},
): Promise<string> {
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const { exitCode, stdout, stderr } = await graft(args, { cwd: folder, env });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());
  return stderr.replaceAll(folder, "HERE");
}

describe("options", () => {
  test.each([
    ["--epochs 0", '--epochs: expected a whole number from 1 to 100000, got "0". Try --epochs 2.'],
    ["--epochs x", '--epochs: expected a whole number from 1 to 100000, got "x". Try --epochs 2.'],
    ["--threads -1", '--threads: expected a whole number from 1 to 1024, got "-1". Try --threads 2.'],
    ["--seeds 0", '--seeds: expected a whole number from 1 to 1000, got "0". Try --seeds 2.'],
    ["--seeds 1,1", "--seeds: expected every seed once, got 1 twice. Leave one of them out."],
    [
      "--images-per-class few",
      '--images-per-class: expected a whole number from 1 or "all", got "few". Try --images-per-class 100.',
    ],
    ["--strategies scrach", `--strategies: expected one of ${strategies}, got "scrach". Did you mean "scratch"?`],
    [
      "--preset quik",
      '--preset: expected one of classic, as-published, tuned, quick, budget-curve, photos, layer-curve, got "quik". Did you mean "quick"?',
    ],
    ["--device cp", 'device: expected one of cpu, webgpu, cuda, auto, got "cp". Did you mean "cpu"?'],
    ["--data cifar", `--data: expected one of ${dataSets}, got "cifar". Did you mean "cifar10"?`],
    ["--fallback-data x", `--fallback-data: expected one of ${dataSets}, got "x".`],
  ])("%s", async (options, message) => {
    expect(await refused(["run", "--offline", ...options.split(" ")])).toBe(`graft: ${message}\n`);
  });
});

describe("classes", () => {
  test.each([
    ["--target airplane", `target classes: expected one of ${shapes}, got "airplane".`],
    ["--target hart", `target classes: expected one of ${shapes}, got "hart". Did you mean "heart"?`],
    ["--target 77", "target classes: expected a class id of shapes10 from 0 to 9 or a class name, got 77."],
    ["--target 0,disc", "target classes: expected every class once, got 0 (disc) more than once."],
    [
      "--target disc --source ring,disc",
      "source classes: expected none of the target classes, got 0 (disc) in both. Take each class out of one of them.",
    ],
    [
      "--target 0,,7",
      '--target: expected class names or numbers separated by commas, got "0,,7". Leave no place empty.',
    ],
    ["--images-per-class 5000", 'images per class: expected at most 1000, the images of class "disc", got 5000.'],
  ])("%s", async (options, message) => {
    expect(await refused(["run", "--data", "shapes10", ...options.split(" ")])).toBe(`graft: ${message}\n`);
  });
});

describe("study files", () => {
  test("a pipe in the place of one", async () => {
    const { folder, remove } = temporaryFolder();
    onTestFinished(remove);
    spawnSync("mkfifo", [join(folder, "pipe.yaml")]);
    const { exitCode, stderr } = await graft(["run", "pipe.yaml"], { cwd: folder });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: "graft: pipe.yaml: expected a study file, got a pipe. Put the file itself there.\n",
    });
  });

  test("one that is not there", async () => {
    const message = await refused(["run", "mine.yaml"]);
    expect(message).toMatch(/^graft: mine\.yaml: expected a study file, got nothing there\. Check the path\.\n$/);
  });

  test("a value out of range, with its line", async () => {
    const files = { "mine.yaml": "dataset: shapes10\ntraining:\n  epochs: -3\n" };
    expect(await refused(["run", "mine.yaml"], { files })).toMatch(
      /^graft: mine\.yaml, line 3: training\.epochs: .*, got -3\.\n$/,
    );
  });

  test("an unknown field, with its line and the nearest one", async () => {
    const files = { "mine.yaml": "dataset: shapes10\ntaget: [0]\n" };
    expect(await refused(["run", "mine.yaml"], { files })).toMatch(
      /^graft: mine\.yaml, line 2: expected .*, got "taget"\. Did you mean "target"\?\n$/,
    );
  });

  test("text that is not YAML, with its line", async () => {
    const files = { "mine.yaml": "dataset: shapes10\ntraining: {\n" };
    expect(await refused(["run", "mine.yaml"], { files })).toMatch(/^graft: mine\.yaml, line \d: expected YAML, got: /);
  });
});

describe("folders", () => {
  test.each(["resume", "report"])("%s of one without a study", async (command) => {
    const name = command === "resume" ? "study.json" : "summary.json";
    expect(await refused([command, "nothing"])).toBe(
      `graft: nothing: expected the folder of a study, got one without ${name}. Give the folder that graft run printed.\n`,
    );
  });

  test("results into a file, or below one", async () => {
    const files = { notes: "mine" };
    const message = (path: string, why: string) =>
      `graft: --out: expected a folder that can be written, got "${path}", ${why}. Choose another with --out.\n`;
    expect(await refused(["run", "--out", "notes"], { files })).toBe(message("notes", "which is a file"));
    const below = await refused(["run", "--out", "notes/x"], { files });
    expect(below).toBe(message("notes/x", "whose path leads through a file"));
  });

  test("results into a folder that holds something", async () => {
    expect(await refused(["run", "--out", "."], { files: { notes: "mine" } })).toBe(
      'graft: --out: expected a new or empty folder, got ".", which holds other files. Choose another.\n',
    );
    expect(await refused(["run", "--out", "."], { files: { "study.json": "{}" } })).toBe(
      'graft: --out: expected a new or empty folder, got ".", which holds a study. ' +
        "Go on with it by graft resume ., or choose another.\n",
    );
  });
});

describe("data", () => {
  /** CIFAR-10's files at full length, all zero, without taking the room on disk. */
  function blankCifar10(names: readonly string[] = cifarFiles): string {
    const { folder, remove } = temporaryFolder();
    onTestFinished(remove);
    mkdirSync(folder, { recursive: true });
    for (const name of names) {
      writeFileSync(join(folder, `${name}.bin`), "");
      truncateSync(join(folder, `${name}.bin`), 30_730_000);
    }
    return folder;
  }

  async function refusedWith(dataDir: string, args: readonly string[] = ["run"]): Promise<string> {
    return (await refused(args, { env: { GRAFT_DATA_DIR: dataDir } })).replaceAll(dataDir, "DATA");
  }

  test("none, and no leave to download", async () => {
    expect(await refused(["run", "--offline"])).toBe(
      'graft: cifar10: expected it in the cache "HERE/cache", got nothing there and no leave to download ' +
        `https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz. ${wayOut}\n`,
    );
  });

  test("no network for photographs, and no leave to download it: other sources are named", async () => {
    const message = await refused(["run", "--preset", "photos", "--data", "shapes10", "--offline"]);
    expect(message).toMatch(/^graft: mobilenetv2-12: expected its file on this machine, got none/);
    expect(message).toMatch(
      /Or name another source: a network of your own \(--source model\.onnx\), or a data set .* \(--source shapes10, /,
    );
  });

  test("a data folder without it", async () => {
    expect(await refused(["run"], { env: { GRAFT_DATA_DIR: "elsewhere" } })).toBe(
      "graft: GRAFT_DATA_DIR: expected CIFAR-10's data_batch_1.bin to data_batch_5.bin and test_batch.bin in " +
        '"elsewhere" or in its folder cifar-10-batches-bin, got none of them. ' +
        "Correct the folder, or leave it out to use the cache.\n",
    );
  });

  test("a file that was cut off, also where another data set may stand in for a missing one", async () => {
    const folder = blankCifar10();
    truncateSync(join(folder, "data_batch_1.bin"), 3000);
    const message =
      "graft: DATA/data_batch_1.bin: expected 30730000 bytes (10000 records of 3073), got 3000 bytes. " +
      "Replace the file by a complete copy.\n";
    expect(await refusedWith(folder)).toBe(message);
    expect(await refusedWith(folder, ["run", "--fallback-data", "shapes10"])).toBe(message);
    expect(await refusedWith(folder, ["data", "check"])).toBe(message);
  });

  test("a file that is missing", async () => {
    expect(await refusedWith(blankCifar10(["test_batch"]))).toBe(
      "graft: DATA/data_batch_1.bin: expected a CIFAR-10 binary file, got no such file. Put the file there.\n",
    );
  });

  test("a label that cannot be, with its offset", async () => {
    const folder = blankCifar10();
    const bytes = Buffer.alloc(30_730_000);
    bytes[5 * 3073] = 11;
    writeFileSync(join(folder, "data_batch_1.bin"), bytes);
    expect(await refusedWith(folder)).toBe(
      "graft: DATA/data_batch_1.bin: expected a label in 0..9 at byte 15365, got 11. " +
        "Replace the file by an unharmed copy.\n",
    );
  });

  test("a class without images", async () => {
    expect(await refusedWith(blankCifar10())).toBe(
      "graft: cifar10: expected training images of class 7 (horse), got none. Leave the class out or add images.\n",
    );
  });

  test("a name or folder that is none", async () => {
    expect(await refused(["data", "fetch", "cifar1000"])).toBe(
      `graft: data set: expected one of ${dataSets}, got "cifar1000". Did you mean "cifar100"?\n`,
    );
    expect(await refused(["data", "check", "cifr10"])).toBe(
      `graft: data set or folder: expected one of ${dataSets}, got "cifr10". Did you mean "cifar10"?\n`,
    );
    expect(await refused(["data", "check", "."])).toBe(
      "graft: .: expected images in class folders (class/photo.jpg, or train/class/photo.jpg and test/class/photo.jpg), " +
        "got none. Make a folder for every class, or name the images in a labels.csv (path,label).\n",
    );
  });
});
