/** @file Arrays as people save them, by NumPy or as IDX files, from the command line. */

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { type NpyContent, npyOf, npzBytes } from "../support/npz-files.ts";
import { idxBytes } from "../support/idx-files.ts";
import { graft, temporaryFolder } from "./graft.ts";

function newFolder(): string {
  const { folder, remove } = temporaryFolder();
  onTestFinished(remove);
  return folder;
}

const SIDE = 16;
const CLASSES = 4;

/** Images of which one quarter is bright, by class, in 0..1. */
function quarters(count: number): Float32Array {
  return Float32Array.from({ length: count * SIDE * SIDE }, (_, at) => {
    const [image, row, column] = [Math.floor(at / SIDE / SIDE), Math.floor(at / SIDE) % SIDE, at % SIDE];
    const quarter = 2 * Math.floor((2 * row) / SIDE) + Math.floor((2 * column) / SIDE);
    return quarter === image % CLASSES ? 0.75 + ((7 * image) % 25) / 100 : (at % 97) / 400;
  });
}

/** What people save after they prepared images for Keras. */
function kerasBytes(change: (values: Float32Array) => Float32Array): Uint8Array {
  const oneHot = (count: number): Uint8Array =>
    Uint8Array.from({ length: count * CLASSES }, (_, at) =>
      Number(Math.floor(at / CLASSES) % CLASSES === at % CLASSES),
    );
  const part = (name: string, count: number): [string, NpyContent][] => [
    [`x_${name}`, npyOf(change(quarters(count)), [count, SIDE, SIDE, 1])],
    [`y_${name}`, npyOf(oneHot(count), [count, CLASSES])],
  ];
  return npzBytes(Object.fromEntries([...part("train", 64), ...part("val", 16), ...part("test", 32)]));
}

test("floats and one-hot labels are looked over and trained on, and what was decided is said", async () => {
  const folder = newFolder();
  writeFileSync(
    join(folder, "quarters.npz"),
    kerasBytes((values) => values.map((value) => 2 * value - 1)),
  );
  const decided = "pixels of float32 from -1 to 0.98: -1 is taken for black, 1 for white";
  const checked = await graft(["data", "check", "quarters.npz"], { cwd: folder });
  expect(checked.exitCode).toBe(0);
  expect(checked.stdout).toContain("training, validation and test images as given");
  expect(checked.stdout).toContain(`\n  ${decided}\n`);
  const args =
    "run --data quarters.npz --target 0,1 --source 2,3 --strategies last-layer --epochs 2 --no-augment --no-report --out study";
  const ran = await graft(args.split(" "), { cwd: folder });
  expect(ran.stderr + ran.stdout).toContain(`quarters: ${decided}.`);
  expect(ran.exitCode).toBe(0);
});

test("standardized floats are refused, and nothing is written", async () => {
  const folder = newFolder();
  writeFileSync(
    join(folder, "quarters.npz"),
    kerasBytes((values) => values.map((value) => 4.7 * value - 2.1)),
  );
  for (const args of [
    ["data", "check", "quarters.npz"],
    "run --data quarters.npz --target 0,1 --source 2,3 --out study".split(" "),
  ]) {
    const { exitCode, stderr } = await graft(args, { cwd: folder });
    expect({ exitCode, stderr: stderr.replace(`${folder}/`, "") }).toEqual({
      exitCode: 2,
      stderr:
        "graft: quarters.npz: x_train, x_val and x_test: expected pixels whose range says what is black and white " +
        "(0 to 1, -1 to 1, 0 to 255, or that of 10, 12, 14 or 16 bits), got float32 from -2.1 to 2.553. " +
        "Save (x - low) / (high - low), with one low and one high for all images.\n",
    });
  }
  expect(readdirSync(folder)).toEqual(["quarters.npz"]);
});

/** Images of which one quarter is bright, and their classes, in a folder of IDX files. */
function writeIdx(folder: string, { side, labelOf }: { side: number; labelOf: (image: number) => number }): void {
  mkdirSync(folder);
  for (const [part, count] of [
    ["train", 64],
    ["t10k", 32],
  ] as const) {
    const labels = Array.from({ length: count }, (_, image) => labelOf(image));
    const pixels = Array.from({ length: count * side * side }, (_, at) => {
      const [image, row] = [Math.floor(at / side / side), Math.floor(at / side) % side];
      return row === labels[image] ? 250 - (image % 40) : (at * 7) % 100;
    });
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), idxBytes([count, side, side], pixels));
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte.gz`), gzipSync(idxBytes([count], labels)));
  }
}

test.each([
  // the first labels tell
  [
    "MNIST's own",
    "mnist",
    { side: 28, labelOf: (image: number) => [5, 0, 4, 1, 9, 2, 1, 3, 1, 4][image] ?? image % 10 },
  ],
  ["others", "rows", { side: 14, labelOf: (image: number) => image % 4 }],
])("a folder of IDX files, %s, is looked over and trained on", async (_what, title, content) => {
  const folder = newFolder();
  writeIdx(join(folder, "rows"), content);
  const checked = await graft(["data", "check", "rows"], { cwd: folder });
  expect(checked.stdout.toLowerCase()).toMatch(new RegExp(`^${title}: idx files`));
  const args = "run --data rows --target 0,1 --source 2,3 --strategies last-layer --epochs 1 --no-augment --out study";
  const { exitCode, stderr } = await graft(args.split(" "), { cwd: folder });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(readdirSync(join(folder, "study"))).toContain("report.html");
});
