import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NotYetError } from "../core/index.ts";
import { type Holder, formatHolder, parseHolder, thisProcess } from "./holder.ts";
import { ifUnlocked, requireLocks, takeLock, withLock } from "./lock.ts";

const OTHER = "download into this folder";
const TOKEN = "00000000-0000-4000-8000-000000000000";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "graft-lock-"));
  path = join(folder, "x.lock");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that has ended. */
const ended = (): Holder => ({ ...thisProcess(TOKEN), pid: spawnSync(process.execPath, ["--version"]).pid });
/** One that is certainly at work: this very process, with a lock that this module knows nothing of. */
const atWork = (): Holder => thisProcess(TOKEN);
/** One whose process number says nothing here. */
const elsewhere = (): Holder => ({
  ...thisProcess(TOKEN),
  host: "node7",
  bootId: "b",
  pidNamespace: "pid:[1]",
  pid: 1,
});

/** The lock as a holder left it, last renewed so long ago. */
async function leave(holder: Holder | string, { silentMs = 0 } = {}): Promise<void> {
  await writeFile(path, typeof holder === "string" ? holder : formatHolder(holder));
  const renewed = new Date(Date.now() - silentMs);
  await utimes(path, renewed, renewed);
}

test("the lock names this process while the work runs, and is gone afterwards", async () => {
  const seen = parseHolder(await withLock(path, OTHER, () => readFile(path, "utf8")));
  expect(seen).toEqual({ ...thisProcess(TOKEN), token: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  await expect(withLock(path, OTHER, () => Promise.reject(new Error("failed")))).rejects.toThrow(new Error("failed"));
  expect(await readdir(folder)).toEqual([]);
});

test("a second holder is refused, and the first keeps its lock", async () => {
  await withLock(path, OTHER, async () => {
    await expect(takeLock(path, OTHER)).rejects.toThrow(
      new NotYetError(
        `${path}: expected no other ${OTHER}, got process ${process.pid} at work. ` +
          "Wait until it has ended; where it was killed elsewhere, that is known after two minutes.",
        { isLocked: true },
      ),
    );
    expect(await readdir(folder)).toEqual(["x.lock"]);
  });
});

describe("a lock is taken over", () => {
  test.each([
    ["whose process has ended", ended()],
    ["whose process number is another's by now", { ...atWork(), startTime: "1" }],
    ["that is empty", ""],
    ["that is torn", formatHolder(atWork()).slice(0, -20)],
    ["that names no process", "{}"],
  ])("%s", async (_, left) => {
    await leave(left);
    expect(await withLock(path, OTHER, async () => readdir(folder))).toEqual(["x.lock"]);
    expect(await readdir(folder)).toEqual([]);
  });

  test("of a machine or container that was not heard of for more than two minutes", async () => {
    await leave(elsewhere(), { silentMs: 121_000 });
    expect(await withLock(path, OTHER, async () => "done")).toBe("done");
  });

  test("after a takeover that was itself killed, whose leftovers go", async () => {
    await leave(ended());
    for (const name of ["x.lock.next", "x.lock.next.next", `x.lock.${TOKEN}`, `x.lock.next.${TOKEN}`])
      await writeFile(join(folder, name), formatHolder(ended()));
    expect(await withLock(path, OTHER, async () => readdir(folder))).toEqual(["x.lock"]);
  });
});

describe("a lock is left alone", () => {
  test.each([
    ["of a process at work, however long it was silent", atWork(), 3_600_000, `process ${process.pid}`],
    ["of another machine or container", elsewhere(), 100_000, "process 1 of another machine or container (node7)"],
  ])("%s", async (_, left, silentMs, named) => {
    await leave(left, { silentMs });
    await expect(takeLock(path, OTHER)).rejects.toThrow(`expected no other ${OTHER}, got ${named} at work.`);
    await ifUnlocked(path);
    expect(await readFile(path, "utf8")).toBe(formatHolder(left));
    expect(await readdir(folder)).toEqual(["x.lock"]);
  });

  test("while another process takes it over", async () => {
    await leave(ended());
    await writeFile(join(folder, "x.lock.next"), formatHolder(atWork()));
    await expect(takeLock(path, OTHER)).rejects.toThrow(`got process ${process.pid} at work.`);
  });

  test.each([
    ["a folder", (at: string) => mkdir(at)],
    ["a pipe", async (at: string) => void spawnSync("mkfifo", [at])],
    ["a link", (at: string) => symlink(join(folder, "nowhere"), at)],
  ])("if it is %s", async (kind, make) => {
    await make(path);
    await expect(takeLock(path, OTHER)).rejects.toThrow(
      `${path}: expected a file, got ${kind}. Put the file itself there.`,
    );
  });
});

test("a stale lock is removed", async () => {
  await leave(ended());
  await ifUnlocked(path);
  expect(await readdir(folder)).toEqual([]);
});

test("a lock that is held is renewed", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    await withLock(path, OTHER, async () => {
      const content = await readFile(path, "utf8");
      await leave(content, { silentMs: 3_600_000 });
      const { mtimeMs } = await stat(path);
      vi.advanceTimersByTime(10_000);
      await vi.waitFor(async () => expect((await stat(path)).mtimeMs).toBeGreaterThan(mtimeMs + 3_000_000));
      expect(await readFile(path, "utf8")).toBe(content);
    });
  } finally {
    vi.useRealTimers();
  }
});

test("a lock that was lost stops what is written beside it, and stays the other's", async () => {
  await withLock(path, OTHER, async () => {
    requireLocks(folder);
    await leave(elsewhere());
    const lost =
      `${folder}: expected the folder that this process works in, with its lock x.lock, got one without. ` +
      "It was deleted or moved, or another process took it over: nothing more is written into it.";
    expect(() => requireLocks(folder)).toThrow(lost);
    await rm(folder, { recursive: true });
    expect(() => requireLocks(folder)).toThrow(lost);
    expect(() => requireLocks(`${folder}-other`)).not.toThrow();
    await mkdir(folder);
    await leave(elsewhere());
  });
  expect(parseHolder(await readFile(path, "utf8"))).toEqual(elsewhere());
});
