/** @file `graft cache`: what is kept is listed, and removed without loss. */

import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, graft, temporaryFolder } from "./graft.ts";

/** A child process for every command, on a machine that may be busy. */
const PATIENCE_MS = 120_000;
const DAY_S = 86_400;

const { folder, remove } = temporaryFolder();
afterAll(remove);
const run = (...args: string[]): Promise<Ended> => graft(args, { cwd: folder });
const keptIn = (): string[] => readdirSync(join(folder, "cache", "folders")).sort();

async function writePhotos(name: string, classes: readonly string[]): Promise<void> {
  for (const [at, className] of classes.entries()) {
    mkdirSync(join(folder, name, className), { recursive: true });
    for (const image of [1, 2]) {
      const background = { r: 40 * at + image, g: 30, b: 200 };
      const file = join(folder, name, className, `${image}.png`);
      await sharp({ create: { width: 9, height: 9, channels: 3, background } })
        .png()
        .toFile(file);
    }
  }
}

/** As if it had been used last so many days ago. */
function age(names: readonly string[], days: number): void {
  const then = Date.now() / 1000 - days * DAY_S;
  for (const name of names) utimesSync(join(folder, "cache", "folders", name), then, then);
}

describe("the cache", { timeout: PATIENCE_MS }, () => {
  let old: string[];
  beforeAll(async () => {
    await writePhotos("old", ["ant", "bee", "cat", "dog", "elk"]);
    await writePhotos("new", ["ant", "bee"]);
    await run("data", "check", "old");
    old = keptIn();
    await run("data", "check", "new");
    mkdirSync(join(folder, "cache", "models"));
    writeFileSync(join(folder, "cache", "models", "net.onnx"), Buffer.alloc(2_000_000));
  }, PATIENCE_MS);

  test("is listed with sizes, classes and when it was used last", async () => {
    const { stdout, exitCode } = await run("cache", "list");
    expect(exitCode).toBe(0);
    const today = new Date().toISOString().slice(0, 10);
    expect(stdout).toMatch(RegExp(`^images +4 of ant, bee +3x64x64 +[\\d.]+ kB +used ${today}$`, "m"));
    expect(stdout).toMatch(/^images +10 of ant, bee, cat and 2 more classes +3x64x64 /m);
    expect(stdout).toMatch(/^download +models +2.00? MB$/m);
    expect(JSON.parse((await run("cache", "list", "--json")).stdout)).toMatchObject({
      images: [{ classNames: ["ant", "bee"] }, { classNames: ["ant", "bee", "cat", "dog", "elk"] }],
      downloads: [{ name: "models", sizeBytes: 2_000_000 }],
    });
  });

  test("loses what no study has used for 30 days; what is used again is kept", async () => {
    age(old, 40);
    await run("data", "check", "old");
    expect((await run("cache", "prune")).stdout).toMatch(/^Removed 0 sets of images, 0 bytes, from /);
    age(old, 40);
    expect((await run("cache", "prune", "--unused", "41")).stdout).toMatch(/^Removed 0 sets/);
    expect((await run("cache", "prune")).stdout).toMatch(/^Removed 1 set of images, [\d.]+ kB, from /);
    expect(keptIn()).toHaveLength(2);
    expect((await run("data", "check", "old")).exitCode).toBe(0);
    expect(keptIn()).toHaveLength(4);
  });

  test("keeps what was used last within a size, and downloads until they are named", async () => {
    age(
      keptIn().filter((name) => !old.includes(name)),
      1,
    );
    expect((await run("cache", "prune", "--keep", "0.13MB")).stdout).toMatch(/^Removed 1 set of images/);
    expect(keptIn()).toEqual(old);
    expect((await run("cache", "prune", "--unused", "0", "--downloads")).stdout).toMatch(
      /^Removed 1 set of images and 1 download/,
    );
    expect(readdirSync(join(folder, "cache"))).toEqual(["folders"]);
    expect(keptIn()).toEqual([]);
    const wrong = await run("cache", "prune", "--keep", "much");
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('got "much". Try --keep 5GB.') });
  });
});
